/** What the page behind "This wasn't me" says. What the gateway answers comes from core, in the same language. */
export interface UndoTexts {
  readonly title: string
  readonly happens: readonly string[]
  readonly press: string
  readonly pressing: string
  readonly nothing: string
  readonly done: string
  readonly ended: string
  readonly noToken: string
  readonly failed: string
  readonly noScript: string
}

export const undoTexts: Readonly<Record<string, UndoTexts>> = {
  en: {
    title: "This wasn't me",
    happens: [
      'You got a message about a change of your account. If you did not make that change, press the button. Then:',
      'the change is taken back, where the message says so (a new password is not: reset it yourself afterwards),',
      'everybody who is signed in to your account is signed out, you included,',
      'your administrators are told.',
    ],
    press: "This wasn't me",
    pressing: 'One moment ...',
    nothing: 'Was it you? Then close this page: nothing has happened, and nothing will.',
    done: 'Done',
    ended: 'That did not work',
    noToken:
      'The address of this page is not complete. Open the link in the message once more, or copy all of it, to its very end.',
    failed:
      'No answer came. Press the button once more. If you then read that the link has been used already, it has worked.',
    noScript: 'This page needs JavaScript.',
  },
  de: {
    title: 'Das war ich nicht',
    happens: [
      'Sie haben eine Nachricht über eine Änderung an Ihrem Konto bekommen. Wenn diese Änderung nicht von Ihnen ist, drücken Sie auf den Knopf. Dann:',
      'wird die Änderung rückgängig gemacht, wo es in der Nachricht steht (ein neues Passwort nicht: setzen Sie es danach selbst zurück),',
      'werden alle abgemeldet, die an Ihrem Konto angemeldet sind, auch Sie,',
      'erfahren Ihre Administratoren davon.',
    ],
    press: 'Das war ich nicht',
    pressing: 'Einen Augenblick ...',
    nothing:
      'Waren Sie es? Dann schließen Sie diese Seite: es ist nichts geschehen, und es geschieht nichts.',
    done: 'Erledigt',
    ended: 'Das hat nicht geklappt',
    noToken:
      'Die Adresse dieser Seite ist nicht vollständig. Öffnen Sie den Link in der Nachricht noch einmal, oder kopieren Sie ihn ganz, bis zu seinem Ende.',
    failed:
      'Es kam keine Antwort. Drücken Sie noch einmal auf den Knopf. Wenn Sie dann lesen, dass der Link schon benutzt wurde, hat es geklappt.',
    noScript: 'Diese Seite braucht JavaScript.',
  },
}
