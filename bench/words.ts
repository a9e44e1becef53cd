/** What the made-up tickets are made of: enough different words that a search has something to choose from. */

export const PLACES = [
  'the library', 'the Science building', 'the Arts building', 'the Engineering block', 'the Union building',
  'Maple Court', 'Birch Court', 'Ash Court', 'Oakfield', 'the sports centre', 'the Harbour canteen', 'Hall 3',
  'Lecture Theatre B', 'the reading room', 'the computer room', 'the music practice rooms', 'the chemistry labs',
  'the bus stop at the main gate', 'the bicycle cellar', 'the swimming pool',
] // prettier-ignore

export const MATTERS = [
  'Heating fails', 'Wi-Fi drops', 'The lift is out of order', 'No free seats', 'Printers run out of paper',
  'Lights are broken', 'The doors do not open', 'Water drips from the ceiling', 'Bins are never emptied',
  'The microphone cannot be heard', 'Power sockets are dead', 'The ramp is blocked', 'Opening hours are too short',
  'The timetable is wrong', 'Card payment fails', 'Exam noise', 'Recordings are missing', 'No vegan meals',
  'Laundry machines stand still', 'Bicycle racks are full',
] // prettier-ignore

export const TIMES = [
  'in the morning', 'in the evening', 'at weekends', 'since Monday', 'for three weeks', 'during exams', 'after rain',
  'between lectures', 'at night', 'on Fridays', 'in the break', 'every day', 'most of the term', 'since the repair',
  'when it is full', 'before nine', 'from noon', 'now and then', 'twice a week', 'all winter',
] // prettier-ignore

export const SENTENCES = [
  'It happens so often that we have stopped counting.',
  'I asked at the desk and was sent to another desk.',
  'Several people on my course have noticed the same.',
  'There is a sign on the door, but it has no date.',
  'I use a wheelchair and have to take the long way round.',
  'We lost half an hour of a seminar because of this.',
  'Last year it worked without any trouble.',
  'A small change would help a lot of people here.',
  'Could somebody look at it while it is happening?',
  'The student handbook says something different.',
  'I am glad to show you where it is.',
  'My lecturer has reported it as well, but heard nothing.',
  'It costs money every time, even if it is not much.',
  'The other building has a better solution for that.',
  'In winter this makes the room nearly useless.',
  'Please say in public what is planned and when.',
  'It takes ten minutes to walk to the next one.',
  'The heating, the light and the door are on one switch.',
  'A quiet place to study before the exams would be enough.',
  'The library has the same problem on the second floor.',
]

export const REMARKS = [
  'Same here.',
  'It was like that again this morning.',
  'Thank you for raising it.',
  'On the other floor it works.',
  'I have seen somebody repair it today.',
  'Better since yesterday, but not good.',
  'Is there any news?',
  'That would help me a lot as well.',
]

export const ANSWERS = [
  'Thank you. We have looked at it and found the cause; the part is ordered and should arrive next week.',
  'You are right, and we are sorry. The work is done since this morning. Tell us here if it happens again.',
  'We can do this at the beginning of next term, when the room is empty. The date will be here by Friday.',
  'We have counted for two weeks and see what you see. We are asking for a price and will come back here.',
]

export const DEPARTMENTS = [
  'IT Services', 'Library', 'Estates', 'Student Life', 'Registry', 'Catering', 'Accommodation', 'Sport',
  'Security', 'Finance', 'International Office', 'Careers',
] // prettier-ignore
