/** What a ticket's page gains by. */
import './draft.ts'
import './live.ts'
import './seen.ts'
import './share.ts'
