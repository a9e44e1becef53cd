import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { EnvError, type Env } from '#app/platform/env.server.ts'

export type Logo = {
  /** Changes with the file, so that it may be kept for ever. */
  href: string
  type: 'image/svg+xml' | 'image/png'
  width: number
  height: number
  bytes: Buffer
}

/** What makes the site this campus's own, read once at the start. */
export type Brand = {
  /** Stands in every page after our own sheet. Empty for the colours of `ui/tokens.css`. */
  style: string
  logo: Logo | null
}

const LOGO_PATH = '/brand/logo'

/** The first visit to the board has 40 kB for everything. */
const LARGEST_LOGO = 8 * 1024

/** @throws {EnvError} when the logo cannot be used */
export function readBrand({ brand }: Pick<Env, 'brand'>): Brand {
  return {
    style: brand.colour ? `:root{--brand:${brand.colour}}` : '',
    logo: brand.logo ? readLogo(brand.logo) : null,
  }
}

function readLogo(file: string): Logo {
  const fault = (what: string) => new EnvError([`CAMPUS_LOGO: ${file} ${what}`])
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    throw fault(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`)
  }
  if (bytes.length > LARGEST_LOGO)
    throw fault(`has ${bytes.length} bytes; the most is ${LARGEST_LOGO}, because every first visit loads it`)
  // What it is is read from the file itself: a name says little.
  const picture = asPng(bytes) ?? asSvg(bytes.toString('utf8'))
  if (!picture) throw fault('is neither a PNG nor an SVG that says its size (width and height, or a viewBox)')
  const version = createHash('sha256').update(bytes).digest('base64url').slice(0, 10)
  return { ...picture, bytes, href: `${LOGO_PATH}?v=${version}` }
}

type Picture = Pick<Logo, 'type' | 'width' | 'height'>

function asPng(bytes: Buffer): Picture | null {
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  if (bytes.length < 24 || !bytes.subarray(0, 8).equals(signature)) return null
  return sized('image/png', bytes.readUInt32BE(16), bytes.readUInt32BE(20))
}

function asSvg(text: string): Picture | null {
  const tag = /^\uFEFF?\s*(?:<\?xml[^>]*>|<!--[\s\S]*?-->|<!DOCTYPE[^>]*>|\s)*<svg\b([^>]*)>/i.exec(text)?.[1]
  if (tag === undefined) return null
  const said = (name: string) =>
    Number(new RegExp(`\\s${name}\\s*=\\s*["']([\\d.]+)(?:px)?["']`).exec(tag)?.[1])
  const box = /\sviewBox\s*=\s*["']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)\s*["']/.exec(tag)
  return (
    sized('image/svg+xml', said('width'), said('height')) ??
    sized('image/svg+xml', Number(box?.[1]), Number(box?.[2]))
  )
}

/** Its shape must be known before it has come, or the page would jump. */
function sized(type: Picture['type'], width: number, height: number): Picture | null {
  return width > 0 && height > 0 ? { type, width, height } : null
}

/** Answers for the logo's address. @returns false for any other address */
export function sendLogo({ logo }: Brand, request: IncomingMessage, response: ServerResponse): boolean {
  if (!logo || request.url?.split('?', 1)[0] !== LOGO_PATH) return false
  const etag = `"${logo.href.slice(logo.href.indexOf('=') + 1)}"`
  const headers = {
    ETag: etag,
    'Cache-Control':
      request.url === logo.href ? 'public, max-age=31536000, immutable' : 'public, max-age=3600',
    // A drawing may carry styles of its own, and nothing else. It is not a page.
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  }
  if (request.headers['if-none-match'] === etag) response.writeHead(304, headers).end()
  else {
    response.writeHead(200, { ...headers, 'Content-Type': logo.type, 'Content-Length': logo.bytes.length })
    response.end(request.method === 'HEAD' ? undefined : logo.bytes)
  }
  return true
}
