import type { Messages } from '@security-info/core'

export const messages: Messages<'questions'> = {
  en: {
    // One method, also where there is a sentence around it: "Set of security questions was added to your account".
    title: 'Set of security questions',
    description: 'Answers that only you know. For resetting your password, together with another method.',
    setup:
      'Choose your questions and answer them. Take answers that you will not forget, and that nobody can find out.',
    prompt:
      'Answer all of these questions, as you did then. Capitals and extra spaces do not matter, spelling does.',
    'way.answers': 'Answers to your questions',
    'questions.count':
      'Expected {expected} answers, got {got}. Choose {expected} different questions and answer each of them.',
    'questions.unknown': 'Answer {number} is to a question that is not offered. Choose one of those shown.',
    'questions.questionTwice':
      'Answer {number} is to a question that another answer is to as well. Choose another question.',
    'questions.tooShort':
      'Answer {number} has {length} characters, extra spaces not counted. Expected {min} to {max}. Give a longer one.',
    'questions.tooLong':
      'Answer {number} has {length} characters, extra spaces not counted. Expected {min} to {max}. Give a shorter one.',
    'questions.tooCommon':
      'Answer {number} is one of those that are tried first. Give one that is yours alone.',
    'questions.inQuestion':
      'Answer {number} stands in its question. Give one that the question does not tell.',
    'questions.inProfile':
      'Answer {number} is a part of your name or identifier, or holds it. Give one that these do not tell.',
    'questions.answerTwice':
      'Answer {number} is the same as another one. Give each question an answer of its own, or choose another question.',
  },
  de: {
    title: 'Satz von Sicherheitsfragen',
    description:
      'Antworten, die nur Sie kennen. Zum Zurücksetzen Ihres Passworts, zusammen mit einer anderen Methode.',
    setup:
      'Wählen Sie Ihre Fragen und beantworten Sie sie. Nehmen Sie Antworten, die Sie nicht vergessen und die niemand herausfinden kann.',
    prompt:
      'Beantworten Sie alle diese Fragen wie damals. Großschreibung und überzählige Leerzeichen sind gleich, die Schreibweise nicht.',
    'way.answers': 'Antworten auf Ihre Fragen',
    'questions.count':
      'Erwartet werden {expected} Antworten, es kamen {got}. Wählen Sie {expected} verschiedene Fragen und beantworten Sie jede.',
    'questions.unknown':
      'Antwort {number} gehört zu einer Frage, die nicht angeboten wird. Wählen Sie eine der angezeigten.',
    'questions.questionTwice':
      'Antwort {number} gehört zu einer Frage, zu der schon eine andere gehört. Wählen Sie eine andere Frage.',
    'questions.tooShort':
      'Antwort {number} hat {length} Zeichen, überzählige Leerzeichen nicht mitgezählt. Erwartet werden {min} bis {max}. Geben Sie eine längere.',
    'questions.tooLong':
      'Antwort {number} hat {length} Zeichen, überzählige Leerzeichen nicht mitgezählt. Erwartet werden {min} bis {max}. Geben Sie eine kürzere.',
    'questions.tooCommon':
      'Antwort {number} gehört zu denen, die zuerst probiert werden. Geben Sie eine, die nur Sie geben würden.',
    'questions.inQuestion':
      'Antwort {number} steht schon in der Frage. Geben Sie eine, die die Frage nicht verrät.',
    'questions.inProfile':
      'Antwort {number} ist ein Teil Ihres Namens oder Ihrer Kennung oder enthält sie. Geben Sie eine, die diese nicht verraten.',
    'questions.answerTwice':
      'Antwort {number} ist dieselbe wie eine andere. Geben Sie jeder Frage ihre eigene Antwort, oder wählen Sie eine andere Frage.',
  },
}
