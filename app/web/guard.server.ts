import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ErrorStatus } from '#app/vocabulary.ts'
import { plainErrorPage } from './plain-page.ts'

/** The largest form that is read, in bytes; longer than any text we take, so that a long one is told its length. */
export const LARGEST_BODY = 4 * 1024 * 1024

/** Where photos are sent; see the route `photos.new`. */
const PHOTOS = /^\/photos\/new(?:\?|$)/

/** One photo and what it shows. Bytes. */
const LARGEST_PHOTO = 13 * 1024 * 1024

/** Of a larger body than this nothing is read: nobody sends it by mistake. */
const LARGEST_READ_AWAY = 64 * 1024 * 1024

/** See the route `hooks.$channel`. */
const CALLED = /^\/hooks\/[a-z]+$/

/** Where a provider sends its answer as a form, by way of the browser; see `provider-forms`. */
export const PROVIDER_FORM = /^\/sign-in\/with\/([a-z0-9-]{1,40})\/done$/

/** Its answer is some kilobytes of signed text. Bytes. */
const LARGEST_ANSWER = 512 * 1024

const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/** What the security policy lets a style sheet in by that stands in the page. */
export function hashOf(sheet: string): string {
  return `'sha256-${createHash('sha256').update(sheet).digest('base64')}'`
}

/**
 * Headers that every answer carries.
 * @param nonce marks this page's own scripts; null: it has none in itself
 * @param sheetHash lets in the one style sheet that stands in the pages
 * @param framedBy origins of pages that may hold this one in a frame
 */
export function securityHeaders(
  nonce: string | null,
  https: boolean,
  sheetHash: string | null = null,
  framedBy: ReadonlyArray<string> = [],
): Record<string, string> {
  return {
    'Content-Security-Policy': [
      "default-src 'none'",
      nonce === null ? "script-src 'self'" : `script-src 'self' 'nonce-${nonce}'`,
      `style-src 'self'${sheetHash ? ` ${sheetHash}` : ''}`,
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "manifest-src 'self'",
      "object-src 'none'",
      "form-action 'self'",
      `frame-ancestors ${framedBy.join(' ') || "'none'"}`,
      "base-uri 'none'",
    ].join('; '),
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
    ...(https ? { 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' } : {}),
  }
}

/**
 * Why a request is not let in, or null. A form counts only when it comes from one of our own pages: every
 * browser says so in `Origin`. A demonstration, where anyone may sign in as anyone, only answers to this machine.
 */
export function turnAway(
  request: IncomingMessage,
  site: { publicUrl: string; demo: boolean },
): ErrorStatus | null {
  const host = request.headers.host ?? ''
  if (site.demo && !LOOPBACK_HOST.test(host)) return 403
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return null
  // A network that calls us is no page: what it says is believed by its signature, and read only so far.
  if (CALLED.test(request.url ?? '')) return null
  const { origin } = request.headers
  if (request.method === 'POST' && PROVIDER_FORM.test(request.url ?? '')) return turnAnswerAway(request)
  const ours = [new URL(site.publicUrl).origin, ...(LOOPBACK_HOST.test(host) ? [`http://${host}`] : [])]
  if (origin === undefined || !ours.includes(origin)) return 403
  const length = Number(request.headers['content-length'] ?? Number.NaN)
  if (!(length >= 0)) return 400
  return length > (PHOTOS.test(request.url ?? '') ? LARGEST_PHOTO : LARGEST_BODY) ? 413 : null
}

/** A provider's form comes from its own site, and is believed by what is signed in it. */
function turnAnswerAway({ headers }: IncomingMessage): ErrorStatus | null {
  const length = Number(headers['content-length'] ?? Number.NaN)
  const form = headers['content-type']?.split(';')[0]?.trim() === 'application/x-www-form-urlencoded'
  if (!form || !(length >= 0)) return 400
  return length > LARGEST_ANSWER ? 413 : null
}

/**
 * Answers without the site. A browser that is still sending when the connection closes never shows the answer,
 * so what it sends is read away first, up to a limit.
 */
export function answerPlainly(response: ServerResponse, status: ErrorStatus): void {
  const { req: request } = response
  const answer = () => {
    response.writeHead(status, {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      Connection: 'close',
    })
    response.end(plainErrorPage(status))
  }
  const unread = !request.readableEnded && !request.destroyed
  if (unread && Number(request.headers['content-length']) <= LARGEST_READ_AWAY)
    request.once('end', answer).resume()
  else answer()
}
