import { sql } from 'drizzle-orm'
import { accounts } from '#db/schema/index.ts'

/**
 * What changes on an account that its network no longer lets in: it rests with its queue. Several processes may find
 * that out, and it happened once; one that was disconnected meanwhile stays so.
 */
export const signedOut = (reason: string, now: Date) => ({
  state: sql`case when ${accounts.state} = 'connected' then 'signed-out' else ${accounts.state} end`,
  trouble: sql`case when ${accounts.state} = 'connected' then ${reason} else ${accounts.trouble} end`,
  troubleAt: sql`case when ${accounts.state} = 'connected' then ${now.toISOString()}::timestamptz else ${accounts.troubleAt} end`,
})
