/** Everything that asks us to stop, in lower case and without signs. */
export const STOP_WORDS: ReadonlySet<string> = new Set([
  'stop',
  'stop it',
  'stop this',
  'stop now',
  'stop please',
  'please stop',
  'please stop it',
  'please stop now',
  'can you stop',
  'can you please stop',
  'just stop',
  'stop stop',
  'stop stop stop',
  'stop replying',
  'stop replying to me',
  'please stop replying',
  'please stop replying to me',
  'stop answering me',
  'stop messaging me',
  'stop tagging me',
  'stop mentioning me',
  'stop contacting me',
  'stop tweeting me',
  'stop tweeting at me',
  'stop bot',
  'bot stop',
  'dont reply',
  'do not reply',
  'dont reply to me',
  'do not reply to me',
  'please dont reply',
  'please do not reply',
  'dont contact me',
  'do not contact me',
  'leave me alone',
  'please leave me alone',
  'no more replies',
  'no more replies please',
  'unsubscribe',
  'unsubscribe me',
  'please unsubscribe',
  'please unsubscribe me',
  'opt out',
  'optout',
  'opt me out',
  'quit',
  // The same word in languages that a campus hears.
  'stopp',
  'bitte stopp',
  'hör auf',
  'hör bitte auf',
  'arrêtez',
  'arrête',
  'para',
  'basta',
  'pare',
  'dur',
  'lütfen dur',
])

/** Whether a post says that and nothing else, whomever it names. What says more is a comment. */
export function isStop(text: string): boolean {
  const words = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(?<!\w)@[\w.-]+/g, ' ')
    .replace(/[’'`]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
  return STOP_WORDS.has(words)
}
