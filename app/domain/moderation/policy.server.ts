import { desc, eq } from 'drizzle-orm'
import { notAllowed, notFound } from '#app/platform/errors.ts'
import { moderationPolicies } from '#db/schema/index.ts'
import { together, type Actor, type Campus } from '../campus.ts'
import { record } from '../people/audit.server.ts'
import { can } from '../people/can.ts'
import type { Policy } from './views.ts'

/** @throws {Refusal} when there is no such version. @param version null: the one that holds */
export async function readPolicy(campus: Campus, version: number | null): Promise<Policy> {
  const [policy] = await campus.db
    .select()
    .from(moderationPolicies)
    .where(version === null ? undefined : eq(moderationPolicies.version, version))
    .orderBy(desc(moderationPolicies.version))
    .limit(1)
  if (!policy) throw notFound('no-such-page')
  return policy
}

/** Every version there was, newest first. */
export function listPolicies(campus: Campus): Promise<Array<Pick<Policy, 'version' | 'publishedAt'>>> {
  return campus.db
    .select({ version: moderationPolicies.version, publishedAt: moderationPolicies.publishedAt })
    .from(moderationPolicies)
    .orderBy(desc(moderationPolicies.version))
}

/** What is decided from now on is decided by this. Sent twice, it is one version. */
export async function publishPolicy(campus: Campus, actor: Actor, body: string): Promise<number> {
  if (!can(actor, 'publish-policy')) throw notAllowed('admin-only')
  return together(campus, async (campus) => {
    const standing = await readPolicy(campus, null)
    if (standing.body === body) return standing.version
    const [row] = await campus.db
      .insert(moderationPolicies)
      .values({ body, publishedAt: campus.clock.now() })
      .returning({ version: moderationPolicies.version })
    const { version } = row!
    await record(campus, {
      actorId: actor.personId,
      event: 'policy.published',
      subject: `policy:${version}`,
    })
    return version
  })
}
