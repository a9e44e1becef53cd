/** Something to be kept by whoever asked for it, and by nobody on the way. */
export function asFile(name: string, type: string, content: string): Response {
  return new Response(content, {
    headers: {
      'Content-Type': type,
      'Content-Disposition': `attachment; filename="${name}"`,
      'Cache-Control': 'no-store',
    },
  })
}
