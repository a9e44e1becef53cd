import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { answerChallenge, LARGEST_CALL, takeCall } from '#app/inbound/hook.server.ts'

/** Where networks call us. Nobody reads this: an answer is a status, and for a challenge its response. */

const plain = (status: number) => new Response(null, { status, headers: { 'Cache-Control': 'no-store' } })

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const answer = answerChallenge(context.app, params.channel ?? '', new URL(request.url).searchParams)
  if (answer === null) return plain(404)
  return Response.json(answer, { headers: { 'Cache-Control': 'no-store' } })
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { app } = context
  if (request.method !== 'POST') return plain(405)
  const body = await wholeBody(request)
  if (body === null) return plain(413)
  switch (await takeCall(app, params.channel ?? '', body, request.headers)) {
    case 'no-such-hook':
      return plain(404)
    case 'forged':
      return plain(403)
    case 'look':
      await app.queue.wake('import')
      return plain(200)
    case 'taken':
      return plain(200)
  }
}

/** The bytes as they came, since they are what was signed; null when there are too many. */
async function wholeBody(request: Request): Promise<Buffer | null> {
  const chunks: Array<Uint8Array> = []
  let size = 0
  const reader = request.body?.getReader()
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    size += part.value.length
    if (size > LARGEST_CALL) return null
    chunks.push(part.value)
  }
  return Buffer.concat(chunks)
}
