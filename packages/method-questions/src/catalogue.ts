import type { Question } from './question.ts'

const QUESTIONS = [
  {
    id: 'first-desk-mate',
    en: 'What was the first name of the child who sat next to you on your first day at school?',
    de: 'Wie hieß das Kind mit Vornamen, das an Ihrem ersten Schultag neben Ihnen saß?',
  },
  {
    id: 'cuddly-toy',
    en: 'What did you call the cuddly toy that you slept with?',
    de: 'Wie hieß das Kuscheltier, mit dem Sie geschlafen haben?',
  },
  {
    id: 'hiding-place',
    en: 'Where did you hide as a child when nobody was to find you?',
    de: 'Wo haben Sie sich als Kind versteckt, wenn niemand Sie finden sollte?',
  },
  {
    id: 'feared-teacher',
    en: 'What was the surname of the teacher whom you feared most?',
    de: 'Welchen Nachnamen hatte die Lehrkraft, vor der Sie am meisten Angst hatten?',
  },
  {
    id: 'neighbours-pet',
    en: "What was the name of a neighbour's animal that you liked as a child?",
    de: 'Wie hieß ein Tier aus der Nachbarschaft, das Sie als Kind mochten?',
  },
  {
    id: 'lost-as-child',
    en: 'In which place did you get lost as a child?',
    de: 'An welchem Ort sind Sie als Kind verloren gegangen?',
  },
  {
    id: 'first-earned',
    en: 'What did you buy with the first money that you had earned yourself?',
    de: 'Was haben Sie vom ersten selbst verdienten Geld gekauft?',
  },
  {
    id: 'frightening-film',
    en: 'Which film frightened you as a child?',
    de: 'Welcher Film hat Ihnen als Kind Angst gemacht?',
  },
  {
    id: 'rare-nickname',
    en: 'By which nickname did only one person call you?',
    de: 'Mit welchem Spitznamen hat Sie nur ein einziger Mensch gerufen?',
  },
  {
    id: 'first-landlord',
    en: 'What was the surname of the first person whom you paid rent?',
    de: 'Welchen Nachnamen hatte der Mensch, dem Sie zum ersten Mal Miete gezahlt haben?',
  },
  {
    id: 'first-fight',
    en: 'What was the first name of the child with whom you had your first fight at school?',
    de: 'Wie hieß das Kind mit Vornamen, mit dem Sie sich in der Schule zum ersten Mal geprügelt oder gestritten haben?',
  },
  {
    id: 'secret-damage',
    en: 'What have you broken without ever owning up to it?',
    de: 'Was haben Sie kaputt gemacht, ohne es je zuzugeben?',
  },
  {
    id: 'grandparents-wall',
    en: "What did the picture on your grandparents' living room wall show?",
    de: 'Was zeigte das Bild, das bei Ihren Großeltern im Wohnzimmer hing?',
  },
  {
    id: 'first-verse',
    en: 'Which poem or song did you know by heart first?',
    de: 'Welches Gedicht oder Lied konnten Sie als erstes auswendig?',
  },
  {
    id: 'first-trip-alone',
    en: 'Where did you go on your first journey without grown-ups?',
    de: 'Wohin ging Ihre erste Reise ohne Erwachsene?',
  },
  {
    id: 'first-crush',
    en: 'What was the first name of the first person with whom you were secretly in love?',
    de: 'Welchen Vornamen hatte der erste Mensch, in den Sie heimlich verliebt waren?',
  },
  {
    id: 'wish-not-granted',
    en: 'Which present did you wish for as a child and never get?',
    de: 'Welches Geschenk haben Sie sich als Kind gewünscht und nie bekommen?',
  },
  {
    id: 'first-poster',
    en: 'Who or what was on the first poster in your room?',
    de: 'Wer oder was war auf dem ersten Poster in Ihrem Zimmer?',
  },
  {
    id: 'school-play',
    en: 'Which part did you have in the first play that you acted in?',
    de: 'Welche Rolle hatten Sie im ersten Theaterstück, in dem Sie mitgespielt haben?',
  },
  {
    id: 'childhood-dentist',
    en: 'What was the surname of the dentist whom you went to as a child?',
    de: 'Wie hieß die Zahnärztin oder der Zahnarzt Ihrer Kindheit mit Nachnamen?',
  },
  {
    id: 'secret-club',
    en: 'What was the secret club or gang of your childhood called?',
    de: 'Wie hieß die Bande oder der Geheimbund Ihrer Kindheit?',
  },
  {
    id: 'pocket-money-shop',
    en: 'In which shop did you spend your pocket money?',
    de: 'In welchem Laden haben Sie Ihr Taschengeld ausgegeben?',
  },
  {
    id: 'first-rejection',
    en: 'Which firm was the first to turn you down for a job?',
    de: 'Welche Firma hat als erste eine Bewerbung von Ihnen abgelehnt?',
  },
  {
    id: 'flat-not-taken',
    en: 'In which street was a flat that you looked at but did not take?',
    de: 'In welcher Straße lag eine Wohnung, die Sie besichtigt, aber nicht genommen haben?',
  },
  {
    id: 'first-dance',
    en: 'To which piece of music did you first dance with somebody?',
    de: 'Zu welchem Musikstück haben Sie zum ersten Mal mit jemandem getanzt?',
  },
  {
    id: 'boring-holiday',
    en: 'Where did you spend the most boring holiday of your life?',
    de: 'Wo haben Sie den langweiligsten Urlaub Ihres Lebens verbracht?',
  },
  {
    id: 'first-prize',
    en: 'What was the first thing that you ever won?',
    de: 'Was war das Erste, was Sie je gewonnen haben?',
  },
  {
    id: 'old-haunt',
    en: 'In which bar or café did you and your friends meet when you were eighteen?',
    de: 'In welcher Kneipe oder welchem Café haben Sie sich mit achtzehn mit Freunden getroffen?',
  },
  {
    id: 'school-trip-room',
    en: 'What was the first name of somebody you shared a room with on your first school trip?',
    de: 'Mit wem (Vorname) haben Sie auf Ihrer ersten Klassenfahrt das Zimmer geteilt?',
  },
  {
    id: 'buried-treasure',
    en: 'What have you buried or hidden as a treasure?',
    de: 'Was haben Sie einmal als Schatz vergraben oder versteckt?',
  },
  {
    id: 'pen-friend-town',
    en: 'In which town did your first pen friend or online friend live?',
    de: 'In welcher Stadt lebte Ihre erste Brief- oder Internetfreundschaft?',
  },
  {
    id: 'first-repair',
    en: 'What was the first thing that you repaired by yourself?',
    de: 'Was haben Sie als Erstes ganz allein repariert?',
  },
  {
    id: 'missed-toy',
    en: 'Which toy did you lose and miss the longest?',
    de: 'Welches verlorene Spielzeug haben Sie am längsten vermisst?',
  },
  {
    id: 'overheard-piece',
    en: 'Which piece of music did you practise or play until nobody could bear it?',
    de: 'Welches Musikstück haben Sie geübt oder gehört, bis es niemand mehr ertragen konnte?',
  },
  {
    id: 'night-outdoors',
    en: 'Where did you sleep in the open for the first time?',
    de: 'Wo haben Sie zum ersten Mal unter freiem Himmel geschlafen?',
  },
]

/**
 * The predefined questions. Each asks for a name, a place or a thing out of one's own life that does not change, that is in no
 * register and that one rarely tells: no parents, birthdays, places of birth or favourites.
 *
 * An id stays for ever, for answers are kept under it. A text may be put better, but must go on asking the same.
 */
export const CATALOGUE: readonly Question[] = QUESTIONS.map(({ id, ...text }) => ({ id, text }))
