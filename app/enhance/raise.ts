/** What the form of a new ticket gains by. The draft first: its title is looked up. */
import './draft.ts'
import './similar.ts'
