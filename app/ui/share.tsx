import { useText } from '#app/catalogue/text.ts'

/**
 * Ways to pass a page on: its address to copy, and plain links that open a mail or a network's own form. Nothing
 * of theirs is loaded here. Mastodon has no one address to link to, so it is left to the copied one.
 */
export function Share({ title, address }: { title: string; address: string }) {
  const t = useText()
  const link = (to: string, fields: Record<string, string>) =>
    `${to}?${new URLSearchParams(fields).toString().replaceAll('+', '%20')}`
  const places = [
    [t('share.mail'), link('mailto:', { subject: title, body: address })],
    [t('share.on', { network: 'X' }), link('https://x.com/intent/post', { text: title, url: address })],
    [
      t('share.on', { network: 'Bluesky' }),
      link('https://bsky.app/intent/compose', { text: `${title} ${address}` }),
    ],
  ] as const
  return (
    <details
      className="share"
      data-share={address}
      data-title={title}
      data-copy={t('share.copy')}
      data-copied={t('share.copied')}
      data-more={t('share.more')}
    >
      <summary>{t('share.title')}</summary>
      <div className="field">
        <label htmlFor="share-address">{t('share.address')}</label>
        <input id="share-address" readOnly value={address} dir="ltr" />
      </div>
      <ul>
        {places.map(([name, href]) => (
          <li key={name}>
            <a href={href} rel="noopener noreferrer nofollow">
              {name}
            </a>
          </li>
        ))}
      </ul>
      <p className="hint">{t('share.hint')}</p>
    </details>
  )
}
