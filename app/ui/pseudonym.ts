import type { Text } from '#app/catalogue/text.ts'
import type { Pseudonym } from '#app/domain/tickets/views.ts'

/** Such as "Amber Heron, verified student". */
export function pseudonymIn(t: Text, { name, affiliation }: Pseudonym): string {
  return t('pseudonym.whole', { name, standing: t(`pseudonym.${affiliation ?? 'member'}`) })
}
