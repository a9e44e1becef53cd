/**
 * One mailbox, one spelling. What stands behind a plus leads to the same mailbox almost everywhere, and where it does
 * not, nothing is lost: the code is sent to the address without it, so that only its owner can sign in as it.
 * @param dots `ignored` where the campus's mail takes `s.am` and `sam` for the same
 */
export function canonicalAddress(address: string, dots: 'count' | 'ignored' = 'count'): string {
  const plain = address.normalize('NFKC').trim().toLowerCase()
  const at = plain.lastIndexOf('@')
  if (at < 1) return plain
  const mailbox = plain.slice(0, at).split('+')[0]!
  const domain = plain.slice(at + 1).replace(/\.$/, '')
  const local = dots === 'ignored' ? mailbox.replaceAll('.', '') : mailbox
  // An address that is nothing but a tag keeps it.
  return local === '' ? plain : `${local}@${domain}`
}
