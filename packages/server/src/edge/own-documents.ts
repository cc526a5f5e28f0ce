/**
 * What the page at `/undo` asks (`assets/undo/undo.js`, which runs in a browser and imports nothing). It works also where only registered
 * documents are taken, so it is one.
 */
export const UNDO_DOCUMENT = `mutation Undo($input: UndoChangeInput!) {
    undoChange(input: $input) {
      __typename
      ... on UndoChangePayload { message }
      ... on UserError { message }
    }
  }`
