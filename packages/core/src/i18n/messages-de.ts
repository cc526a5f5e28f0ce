import type { messagesEn } from './messages-en.ts'

export const messagesDe: { readonly [Code in keyof typeof messagesEn]: string } = {
  'message.code.subject': 'Ihr Code von {organisation}',
  'message.code.body':
    'Geben Sie diesen Code ein, um zu bestätigen, dass Sie es sind. Er gilt einmal und nur wenige Minuten.\n\nNiemand von {organisation} wird Sie je danach fragen. Haben Sie keinen Code angefordert, kennt vielleicht jemand Ihr Passwort: ändern Sie es.',
  'notice.linkless':
    'Waren Sie das nicht, ändern Sie Ihr Passwort und sagen Sie es sofort Ihrer Administration. Diese Adresse ist zu neu, um einen Link zu bekommen, der die Änderung zurücknimmt.',
  'message.undo': 'Das war ich nicht',
  'notice.method.enrolled.subject': '{kind} wurde zu Ihrem Konto bei {organisation} hinzugefügt',
  'notice.method.enrolled.body':
    '{kind} wurde am {time} zum Konto {account} hinzugefügt, von der Adresse {address} aus.\n\nWaren Sie das, ist nichts zu tun. Sonst benutzen Sie den Link: die Methode wird wieder entfernt und alle werden abgemeldet. Ändern Sie danach Ihr Passwort.',
  'notice.method.replaced.subject': '{kind} Ihres Kontos bei {organisation} wurde ersetzt',
  'notice.method.replaced.body':
    '{kind} des Kontos {account} wurde am {time} ersetzt, von der Adresse {address} aus.\n\nWaren Sie das, ist nichts zu tun. Sonst benutzen Sie den Link: die alte Methode kommt zurück und alle werden abgemeldet. Ändern Sie danach Ihr Passwort.',
  'notice.method.removed.subject': '{kind} wurde von Ihrem Konto bei {organisation} entfernt',
  'notice.method.removed.body':
    '{kind} wurde am {time} vom Konto {account} entfernt, von der Adresse {address} aus.\n\nWaren Sie das, ist nichts zu tun. Sonst benutzen Sie den Link: alle werden abgemeldet, und die Methode kommt bei Ihrer nächsten Anmeldung zurück. Ändern Sie danach Ihr Passwort.',
  'notice.method.disabled.subject': '{kind} Ihres Kontos bei {organisation} wurde gesperrt',
  'notice.method.disabled.body':
    '{kind} des Kontos {account} wurde am {time} nach zu vielen falschen Versuchen gesperrt, der letzte kam von der Adresse {address}.\n\nRichten Sie die Methode neu ein, wenn Sie angemeldet sind. Waren das nicht Sie, benutzen Sie den Link: alle werden abgemeldet, und Ihre Administration erfährt davon. Wer Codes ausprobiert, kennt Ihr Passwort: ändern Sie es.',
  'notice.method.restored.subject': '{kind} ist wieder in Ihrem Konto bei {organisation}',
  'notice.method.restored.body':
    '{kind} des Kontos {account} wurde am {time} wiederhergestellt, weil das Entfernen mit dem Link „Das war ich nicht“ zurückgenommen wurde.\n\nWaren Sie das, ist nichts zu tun. Sonst benutzen Sie den Link: die Methode wird wieder entfernt und alle werden abgemeldet. Ändern Sie danach Ihr Passwort.',
  'undone.method.restored':
    'Die Methode wurde wieder entfernt, und alle wurden abgemeldet. Ändern Sie jetzt Ihr Passwort.',
  'notice.method.suspect.subject': '{kind} Ihres Kontos bei {organisation} wurde vielleicht kopiert',
  'notice.method.suspect.body':
    '{kind} wurde am {time} für das Konto {account} benutzt, von der Adresse {address} aus, auf eine Weise, die nicht sein kann, wenn es nur ein Exemplar gibt. Der Versuch wurde abgelehnt; Ihre anderen Methoden gelten.\n\nGeschieht es wieder, ersetzen Sie die Methode. Haben Sie sie nicht benutzt, benutzen Sie den Link: alle werden abgemeldet, und Ihre Administration erfährt davon.',
  'undone.method.suspect':
    'Alle wurden abgemeldet, und Ihre Administration erfährt davon. Ersetzen Sie die Methode und ändern Sie jetzt Ihr Passwort.',
  'notice.default.changed.subject': 'Die Anmeldemethode Ihres Kontos bei {organisation} wurde geändert',
  'notice.default.changed.body':
    'Wonach das Konto {account} zuerst gefragt wird, wurde am {time} auf {kind} geändert, von der Adresse {address} aus.\n\nWaren Sie das, ist nichts zu tun. Sonst benutzen Sie den Link: die alte Einstellung kommt zurück und alle werden abgemeldet. Ändern Sie danach Ihr Passwort.',
  'notice.account.locked.subject': 'Zu viele falsche Anmeldeversuche bei Ihrem Konto bei {organisation}',
  'notice.account.locked.body':
    'Es gab zu viele falsche Versuche, sich am Konto {account} anzumelden, den letzten am {time} von der Adresse {address} aus. Solche Versuche werden jetzt eine Zeit lang abgelehnt.\n\nWaren Sie das, warten Sie und versuchen Sie es noch einmal. Sonst benutzen Sie den Link: alle werden abgemeldet, und Ihre Administration erfährt davon.',
  'notice.account.passwordSet.subject': 'Das Passwort Ihres Kontos bei {organisation} wurde geändert',
  'notice.account.passwordSet.body':
    'Das Passwort des Kontos {account} wurde am {time} von der Administration gesetzt. Alle wurden abgemeldet.\n\nHaben Sie das nicht erwartet, fragen Sie Ihre Administration.',
  'notice.notice.undone.subject': 'Eine Änderung Ihres Kontos bei {organisation} wurde gemeldet',
  'notice.notice.undone.body':
    'Am {time} wurde der Link „Das war ich nicht“ zu einer Änderung des Kontos {account} benutzt, von der Adresse {address} aus. Alle wurden abgemeldet, und Ihre Administration weiß davon.\n\nWaren Sie das nicht, liest jemand Ihre Post: sagen Sie es Ihrer Administration.',
  'notice.administrator.subject': '{account} meldet eine fremde Änderung',
  'notice.administrator.body':
    'Am {time} wurde der Link „Das war ich nicht“ zu einer Änderung des Kontos {account} benutzt, von der Adresse {address} aus. Die Änderung wurde zurückgenommen, und alle Sitzungen des Kontos wurden beendet.\n\nSehen Sie die Ereignisse des Kontos durch und sprechen Sie mit dem Menschen, dem es gehört: jemand kennt vielleicht das Passwort.',
  'undone.method.enrolled':
    'Die Methode wurde wieder entfernt, und alle wurden abgemeldet. Ändern Sie jetzt Ihr Passwort.',
  'undone.method.replaced':
    'Die alte Methode ist zurück, und alle wurden abgemeldet. Ändern Sie jetzt Ihr Passwort.',
  'undone.method.removed':
    'Alle wurden abgemeldet. Die Methode kommt bei Ihrer nächsten Anmeldung zurück. Ändern Sie dann Ihr Passwort.',
  'undone.default.changed':
    'Die Änderung wurde zurückgenommen, und alle wurden abgemeldet. Ändern Sie jetzt Ihr Passwort.',
  'undone.method.disabled':
    'Alle wurden abgemeldet, und Ihre Administration erfährt davon. Ändern Sie jetzt Ihr Passwort.',
  'undone.account.locked':
    'Alle wurden abgemeldet, und Ihre Administration erfährt davon. Ändern Sie jetzt Ihr Passwort.',
  'notice.account.passwordReset.subject': 'Das Passwort Ihres Kontos bei {organisation} wurde zurückgesetzt',
  'notice.account.passwordReset.body':
    'Jemand, der Ihre hinterlegten Methoden nachgewiesen hat, hat am {time} von der Adresse {address} aus ein neues Passwort für das Konto {account} gesetzt. Alle, die angemeldet waren, wurden abgemeldet.\n\nWaren Sie das, ist nichts zu tun. Waren Sie es nicht, folgen Sie dem Link: alle, die angemeldet sind, werden abgemeldet, und Ihre Administration erfährt davon. Setzen Sie Ihr Passwort dann selbst zurück.',
  'notice.account.passwordChanged.subject': 'Das Passwort Ihres Kontos bei {organisation} wurde geändert',
  'notice.account.passwordChanged.body':
    'Das Passwort des Kontos {account} wurde am {time} von der Adresse {address} aus geändert. Alle anderen, die angemeldet waren, wurden abgemeldet.\n\nWaren Sie das, ist nichts zu tun. Waren Sie es nicht, folgen Sie dem Link: alle, die angemeldet sind, werden abgemeldet, und Ihre Administration erfährt davon. Setzen Sie dann Ihr Passwort zurück.',
  'notice.account.unlocked.subject': 'Ihr Konto bei {organisation} wurde entsperrt',
  'notice.account.unlocked.body':
    'Jemand, der Ihre hinterlegten Methoden nachgewiesen hat, hat das Konto {account} am {time} von der Adresse {address} aus entsperrt.\n\nWaren Sie das, ist nichts zu tun. Waren Sie es nicht, folgen Sie dem Link: alle, die angemeldet sind, werden abgemeldet, und Ihre Administration erfährt davon. Setzen Sie dann Ihr Passwort zurück.',
  'notice.account.disabled.subject': 'Ihr Konto bei {organisation} wurde gesperrt',
  'notice.account.disabled.body':
    'Das Konto {account} wurde am {time} von der Administration gesperrt. Alle, die angemeldet waren, wurden abgemeldet.\n\nKommt das unerwartet, fragen Sie Ihre Administration.',
  'notice.reset.locked.subject':
    'Zu viele falsche Versuche, das Passwort Ihres Kontos bei {organisation} zurückzusetzen',
  'notice.reset.locked.body':
    'Es gab zu viele falsche Versuche, das Passwort des Kontos {account} mit {kind} zurückzusetzen, den letzten am {time} von der Adresse {address} aus. Zurücksetzen mit {kind} wird eine Weile abgelehnt; die Anmeldung geht wie immer.\n\nWaren das Ihre, warten Sie und versuchen Sie es noch einmal. Waren es nicht Ihre, folgen Sie dem Link: alle, die angemeldet sind, werden abgemeldet, und Ihre Administration erfährt davon.',
  'notice.accessPass.issued.subject':
    'Für Ihr Konto bei {organisation} wurde ein befristeter Pass ausgestellt',
  'notice.accessPass.issued.body':
    'Die Administration hat am {time} einen befristeten Zugangspass für das Konto {account} ausgestellt. Wer ihn hat, kann neue Methoden für das Konto einrichten.\n\nHaben Sie darum gebeten, ist nichts zu tun. Sonst folgen Sie dem Link: der Pass gilt nicht mehr, alle, die angemeldet sind, werden abgemeldet, und Ihre Administration erfährt davon.',
  'notice.helpAsked.subject': '{account} bittet um Hilfe beim Anmelden',
  'notice.helpAsked.body':
    'Am {time} hat jemand von der Adresse {address} aus um Hilfe beim Zurücksetzen des Passworts von {account} gebeten.\n\nSehen Sie in der Liste der Anfragen nach. Vergewissern Sie sich, wer es ist, bevor Sie etwas tun: jeder kann für jedes Konto fragen.',
  'undone.account.passwordReset':
    'Alle, die angemeldet waren, wurden abgemeldet, und Ihre Administration erfährt davon. Setzen Sie jetzt Ihr Passwort zurück.',
  'undone.account.passwordChanged':
    'Alle, die angemeldet waren, wurden abgemeldet, und Ihre Administration erfährt davon. Setzen Sie jetzt Ihr Passwort zurück.',
  'undone.account.unlocked':
    'Alle, die angemeldet waren, wurden abgemeldet, und Ihre Administration erfährt davon. Setzen Sie jetzt Ihr Passwort zurück.',
  'undone.reset.locked':
    'Alle, die angemeldet waren, wurden abgemeldet, und Ihre Administration erfährt davon. Kennt vielleicht jemand Ihr Passwort, ändern Sie es.',
  'undone.accessPass.issued':
    'Der Pass gilt nicht mehr. Alle, die angemeldet waren, wurden abgemeldet, und Ihre Administration erfährt davon. Sehen Sie Ihre Methoden durch, wenn Sie sich anmelden.',
}
