import { reasonOf } from '#app/platform/errors.ts'
import { LARGEST_ANSWER } from './provider.ts'

export type Fetched = { kind: 'fetched'; text: string } | { kind: 'failed'; reason: string }

/** Reads a text from a provider, up to a size and a time. It is not led anywhere else: the address was chosen. */
export async function fetchText(url: string, accept: string, patience: number): Promise<Fetched> {
  try {
    const response = await fetch(url, {
      headers: { Accept: accept },
      redirect: 'error',
      signal: AbortSignal.timeout(patience),
    })
    if (!response.ok) return { kind: 'failed', reason: `It answered with status ${response.status}.` }
    const chunks: Array<Uint8Array> = []
    let length = 0
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      chunks.push(chunk)
      length += chunk.length
      if (length > LARGEST_ANSWER) return { kind: 'failed', reason: 'Its answer is too long.' }
    }
    return { kind: 'fetched', text: Buffer.concat(chunks).toString('utf8') }
  } catch (error) {
    const cause = error instanceof Error && error.cause ? error.cause : error
    return { kind: 'failed', reason: reasonOf(cause) }
  }
}
