import { and, eq, gt, isNull } from 'drizzle-orm'
import { notAllowed } from '#app/platform/errors.ts'
import { blocks } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'

/** The blocks that hold for somebody now. */
export function standingBlocks(campus: Campus, personId: string) {
  return campus.db
    .select()
    .from(blocks)
    .where(and(eq(blocks.personId, personId), isNull(blocks.liftedAt), gt(blocks.until, campus.clock.now())))
}

/** @throws {Refusal} to who may not raise or comment for now. Voting is theirs, unless that is what they misused. */
export async function refuseBlocked(
  campus: Campus,
  personId: string,
  from: 'speaking' | 'voting' = 'speaking',
): Promise<void> {
  const standing = await standingBlocks(campus, personId)
  if (standing.some(({ reason }) => from === 'speaking' || reason === 'vote-fraud'))
    throw notAllowed('blocked')
}
