import type { en } from './en.ts'

export const de: { readonly [Code in keyof typeof en]: string } = {
  'signIn.rejected': 'Konto oder Passwort stimmt nicht. Prüfen Sie beides und versuchen Sie es noch einmal.',
  'signIn.passkeyRejected':
    'Dieser Passkey oder Sicherheitsschlüssel passt hier nicht. Nehmen Sie einen anderen oder melden Sie sich mit dem Passwort an.',
  'password.wrong': 'Das Passwort stimmt nicht. Versuchen Sie es noch einmal.',
  'proof.wrong':
    'Das stimmt nicht. Verbleibende Versuche: {attemptsLeft}. Bei 0 beginnen Sie diesen Schritt noch einmal.',
  'proof.secondFactorNeeded':
    'Bestätigen Sie, dass Sie es sind: weisen Sie eine Ihrer Anmeldemethoden nach (beginChallenge), höchstens {minutes} Minuten her.',
  'proof.passwordNeeded':
    'Bestätigen Sie, dass Sie es sind: geben Sie Ihr Passwort noch einmal ein (reauthenticate), höchstens {minutes} Minuten her.',
  'flow.ended':
    'Dieser Schritt ist beendet: schon gelungen, abgelaufen oder nicht vorhanden. Ist er gelungen, geht es mit dem weiter, was er ergab; sonst beginnen Sie ihn noch einmal.',
  'rate.limited':
    'Zu viele Versuche. Versuchen Sie es nach {retryAt} noch einmal, oder nehmen Sie einen anderen Weg: eine andere Methode oder „Passwort vergessen“.',
  'method.limitReached': 'Sie haben davon schon {limit}, mehr sind nicht möglich. Löschen Sie zuerst eine.',
  'method.notFound': 'Diese Methode gibt es nicht. Laden Sie die Liste neu.',
  'method.taken': 'Das ist schon registriert, hier oder bei jemand anderem. Nehmen Sie etwas anderes.',
  'session.notFound': 'Diese Sitzung gibt es nicht. Vielleicht ist sie schon beendet.',
  'policy.firstMethodTwoFactor':
    'Richten Sie zuerst eine Methode für die Anmeldung in zwei Schritten ein; danach kann diese dazukommen.',
  'policy.kindNotAllowed': 'Ihre Organisation erlaubt diese Art von Methode nicht.',
  'policy.wayNotAllowed': 'Ihre Organisation erlaubt „{way}“ dafür nicht.',
  'policy.notDefault':
    'Diese Methode kann nicht die Standardmethode sein: das kann nur eine aktive Methode für die Anmeldung in zwei Schritten.',
  'policy.lastMethod.TWO_FACTOR':
    'Ihre Organisation verlangt diese Methode für die Anmeldung in zwei Schritten. Fügen Sie zuerst eine andere hinzu.',
  'policy.lastMethod.PASSWORD_RESET':
    'Ihre Organisation verlangt diese Methode für das Zurücksetzen des Passworts. Fügen Sie zuerst eine andere hinzu.',
  'challenge.noMethod': 'Es gibt keine Methode zum Nachweisen. Registrieren Sie zuerst eine.',
  'challenge.allDisabled':
    'Ihre Methoden wurden nach zu vielen falschen Versuchen gesperrt. Bitten Sie Ihre Administration um Hilfe.',
  'registration.missing.TWO_FACTOR':
    'Es fehlt noch eine Methode für die Anmeldung in zwei Schritten. Richten Sie zuerst eine ein.',
  'registration.missing.PASSWORD_RESET':
    'Es fehlt noch eine Methode für das Zurücksetzen des Passworts. Richten Sie zuerst eine ein.',
  'registration.sectionOwed': 'Der Abschnitt „{section}“ ist noch nicht fertig.',
  'registration.nothingToSnooze': 'Im Augenblick wird nichts verlangt, also gibt es nichts aufzuschieben.',
  'registration.notSkippable':
    'Ihre Organisation verlangt das jetzt; es kann nicht länger aufgeschoben werden.',
  'policy.needsAnother': 'Richten Sie zuerst eine andere Art von Methode ein; danach kann diese dazukommen.',
  'rate.sends':
    'Es wurden zu viele Codes verschickt. Fordern Sie den nächsten nach {retryAt} an oder nehmen Sie eine andere Methode.',
  'rate.resend': 'Gerade wurde ein Code verschickt. Fordern Sie den nächsten nach {retryAt} an.',
  'delivery.channelDown':
    'Auf diesem Weg können gerade keine Codes verschickt werden. Nehmen Sie eine andere Methode oder versuchen Sie es später.',
  'delivery.optedOut':
    'Diese Nummer hat unsere Nachrichten abbestellt. Senden Sie START an den Absender oder nehmen Sie eine andere Methode.',
  'delivery.unreachable':
    'Die Nummer oder Adresse ist nicht erreichbar. Prüfen Sie sie oder nehmen Sie eine andere Methode.',
  'delivery.blocked':
    'Die Nachricht wurde vom Anbieter oder Netz zurückgehalten. Nehmen Sie eine andere Methode.',
  'delivery.invalidAddress': 'Der Anbieter kennt diese Nummer oder Adresse nicht. Prüfen Sie sie.',
  'delivery.noAnswer':
    'Niemand hat abgenommen. Fordern Sie einen neuen Code an oder nehmen Sie eine andere Methode.',
  'delivery.refused':
    'Der Anbieter hat die Nachricht abgelehnt. Nehmen Sie eine andere Methode oder fragen Sie Ihre Administration.',
  'delivery.expired':
    'Der Code wurde nicht rechtzeitig verschickt. Fordern Sie einen neuen an oder nehmen Sie eine andere Methode.',
  'delivery.unknown':
    'Der Anbieter hat nicht geantwortet: der Code kann noch kommen. Kommt er nicht, fordern Sie einen neuen an oder nehmen Sie eine andere Methode.',
  'link.ended':
    'Dieser Link wurde schon benutzt, ist älter als 72 Stunden oder nicht vollständig. Stimmt etwas mit Ihrem Konto nicht, fragen Sie Ihre Administration.',
  'input.invalid': '{path}: {problem}',
  'reason.TWO_FACTOR_REQUIRED': 'Ihre Organisation verlangt bei der Anmeldung einen zweiten Schritt.',
  'reason.PASSWORD_RESET_REQUIRED':
    'Ihre Organisation möchte, dass Sie Ihr Passwort selbst zurücksetzen können.',
  'reason.SECTION_REQUIRED': 'Ihre Organisation verlangt noch einen Schritt.',
  'reason.RECONFIRMATION_DUE': 'Bitte sehen Sie Ihre Sicherheitsinformationen durch und bestätigen Sie sie.',
  'reason.REVIEW': 'Alles ist eingerichtet. Sehen Sie es durch und schließen Sie ab.',
  'signIn.passRejected':
    'Konto oder Zugangspass stimmen nicht, oder der Pass ist verbraucht oder abgelaufen. Prüfen Sie beides, oder bitten Sie Ihre Administration um einen neuen.',
  'proof.actNeeded':
    'Bestätigen Sie, dass Sie genau das tun wollen: weisen Sie dafür eine Ihrer Anmeldemethoden nach (beginChallenge mit `act`), höchstens {minutes} Minuten vorher.',
  'password.tooShort': 'Das Passwort hat {length} Zeichen; mindestens {least} sind nötig.',
  'password.tooLong': 'Das Passwort hat {length} Zeichen; höchstens {most} sind möglich.',
  'password.containsName':
    'Das Passwort enthält den Namen des Kontos oder seines Inhabers; wählen Sie eines, das sich daraus nicht erraten lässt.',
  'password.containsOrganisation':
    'Das Passwort ist kaum mehr als der Name von {organisation}; wählen Sie ein anderes.',
  'password.common':
    'Dieses Passwort gehört zu denen, die zuerst geraten werden. Wählen Sie ein anderes; ein paar Wörter ohne Zusammenhang sind ein gutes.',
  'password.repetition':
    'Das Passwort wiederholt sich und ist daher so schwach wie das, was wiederholt wird. Wählen Sie ein anderes.',
  'password.breached':
    'Dieses Passwort ist aus einem Einbruch bei einem anderen Dienst bekannt und wird daher geraten. Wählen Sie ein anderes, und ändern Sie es überall, wo Sie es sonst benutzen.',
  'reset.DISABLED':
    'Ihre Organisation hat das Zurücksetzen von Passwörtern abgeschaltet. Bitten Sie Ihre Administration um Hilfe.',
  'reset.NOT_IN_GROUP':
    'Sie gehören nicht zu denen, die ihr Passwort selbst zurücksetzen dürfen. Bitten Sie Ihre Administration um Hilfe.',
  'reset.NOT_ENOUGH_METHODS':
    'Sie haben keine weitere Methode, die für das Zurücksetzen zählt. Bitten Sie Ihre Administration um Hilfe.',
  'reset.ADMINISTRATOR_NEEDED':
    'Was von Ihren Methoden übrig ist, wurde gesperrt. Bitten Sie Ihre Administration um Hilfe.',
  'reset.LOCKED':
    'Mit dem, was von Ihren Methoden übrig ist, gab es zu viele falsche Versuche. Versuchen Sie es nach {until} noch einmal, oder bitten Sie Ihre Administration um Hilfe.',
  'reset.HELD':
    'Was von Ihren Methoden übrig ist, wurde zu kürzlich hinzugefügt oder geändert, um zu zählen. Versuchen Sie es nach {until} noch einmal, oder bitten Sie Ihre Administration um Hilfe.',
  'reset.provenAlready':
    'Das haben Sie schon nachgewiesen, oder etwas auf demselben Gerät. Nehmen Sie etwas anderes von dem, was angeboten wird.',
  'reset.noneOfKind':
    'Davon haben Sie nichts, was für das Zurücksetzen zählt. Nehmen Sie etwas anderes von dem, was angeboten wird.',
  'reset.isRehearsal':
    'Das ist eine Probe, die nichts ändert. Beenden Sie sie, oder beginnen Sie das Zurücksetzen des Passworts.',
  'reset.isNoRehearsal': 'Das ist keine Probe. Wählen Sie das neue Passwort, oder entsperren Sie das Konto.',
  'reset.rehearsalReady': 'Es ist schon alles nachgewiesen. Beenden Sie jetzt die Probe.',
  'reason.ACCESS_PASS':
    'Sie sind mit einem Zugangscode hier. Richten Sie ein, womit Sie sich von jetzt an ausweisen, und beenden Sie dann.',
  'accessPass.wizardOnly':
    'Sie sind mit einem Zugangscode hier, der nur zum Einrichten da ist. Beenden Sie das, melden Sie sich damit an, und versuchen Sie es noch einmal.',
  'reset.ready': 'Es ist schon alles nachgewiesen. Wählen Sie jetzt das neue Passwort.',
  'reset.kindNotAllowed':
    'Mit dieser Art von Methode lässt sich kein Passwort zurücksetzen. Nehmen Sie eine andere.',
  'reset.notFirst': 'Damit können Sie nicht beginnen. Weisen Sie zuerst eine andere Methode nach.',
  'reset.gatesMissing':
    'Es ist noch nicht alles nachgewiesen: {left} Ihrer Methoden fehlen. Weisen Sie zuerst die nächste nach.',
  'reset.helpAsked':
    'Ihre Administration erfährt davon, falls es dieses Konto gibt. Sie wird sich bei Ihnen melden.',
  'reset.completed':
    'Ihr neues Passwort gilt, und alle, die angemeldet waren, wurden abgemeldet. Melden Sie sich jetzt damit an.',
  'reset.unlocked': 'Sie können sich wieder mit Ihrem Passwort anmelden.',
  'reset.rehearsed':
    'Es hat geklappt: mit diesen Methoden könnten Sie Ihr Passwort zurücksetzen. Geändert wurde nichts.',
  'accessPass.off': 'Ihre Organisation stellt keine befristeten Zugangspässe aus.',
  'admin.noSuchPerson': 'Ein solches Konto gibt es nicht, oder es ist gesperrt.',
  'admin.notYourself':
    'Das tut niemand für das eigene Konto: bitten Sie jemand anderen aus der Administration.',
  'admin.noSuchRequest':
    'Eine solche Anfrage gibt es nicht. Vielleicht hat sich schon jemand darum gekümmert.',
  'admin.secondFactorNeeded':
    'Das braucht den Nachweis eines zweiten Faktors, und Sie haben keinen. Richten Sie zuerst einen ein.',
  'undone.other':
    'Die Änderung wurde zurückgenommen, und alle, die angemeldet waren, wurden abgemeldet. Ändern Sie jetzt Ihr Passwort.',
  'device.notFound': 'Ein solches Gerät gibt es nicht. Vielleicht ist es schon vergessen.',
  'reset.alreadyAsked':
    'Diese Fragen werden beim Zurücksetzen einmal gestellt. Beantworten Sie sie, solange Versuche bleiben; sonst nehmen Sie eine andere Methode, oder beginnen Sie von vorn.',
}
