import twitter from 'twitter-text'
import { ENDPOINTS } from './endpoints.ts'
import { FAULTS, type Fault, type FaultName, type faultQueue } from './faults.ts'
import { framed } from './frame.ts'
import { html, type Html } from './html.ts'
import { compareIds, newest, type Post, type PracticeNetwork } from './network.ts'
import type { Grant } from './oauth2.ts'
import type { Calls } from './calls.ts'
import type { WorldUser } from './world.ts'

const REFRESH_S = 5

type View = {
  network: PracticeNetwork
  faults: ReturnType<ReturnType<typeof faultQueue>['waiting']>
  live: boolean
  now: Date
  /** Who is called about what happens; null: nobody. */
  hook: Pick<Calls, 'webhooks' | 'sent' | 'isOpen'>
  grants: ReadonlyArray<Grant>
  /** What was wrong with a form, and what was in it. */
  trouble?: { message: string; draft: { as: string; text: string; inReplyTo?: string } }
}

/** The practice network as a web page that needs no script. */
export function renderPage(view: View): string {
  const { network, live, trouble } = view
  return framed({
    title: 'Practice network',
    head: live ? html`<meta http-equiv="refresh" content="${REFRESH_S}" />` : null,
    bar: live
      ? html`<a class="live on" href="/">Stop refreshing</a>`
      : html`<a class="live" href="/?live=1">Refresh by itself</a>`,
    main: html`<h1 class="unseen">Practice network</h1>
      <div class="side">
        ${trouble && html`<p class="trouble" role="alert">This was not posted. ${trouble.message}</p>`}
        ${compose(view)} ${faultSwitches(view)} ${calls(view)} ${signIns(view)} ${suspensions(view)}
      </div>
      <section aria-labelledby="timeline">
        <h2 id="timeline">Timeline</h2>
        ${network.posts.length === 0 && html`<p class="empty">Nothing has been said yet. Post something to begin.</p>`}
        ${threads(network.posts).map(
          (roots) =>
            html`<ol class="thread">
              ${roots.map((post) => branch(view, post))}
            </ol>`,
        )}
      </section>`,
  })
}

function compose({ network, live, trouble }: View): Html {
  const draft = trouble?.draft
  return html`<form class="card compose" method="post" action="${action('/sandbox/posts', live)}">
    <label for="as">Post as</label>
    <select id="as" name="as" required>
      ${people(network, draft?.as)}
    </select>
    <label for="text">What is happening?</label>
    <textarea id="text" name="text" rows="4">${draft?.text ?? ''}</textarea>
    <label for="images"
      >Pictures
      <span class="hint">what each shows, one a line; - without words, video: before a video</span></label
    >
    <textarea id="images" name="images" rows="2"></textarea>
    <label for="inReplyTo">In reply to <span class="hint">number of a post, if any</span></label>
    <input
      id="inReplyTo"
      name="inReplyTo"
      inputmode="numeric"
      pattern="[0-9]{1,19}"
      autocomplete="off"
      value="${draft?.inReplyTo ?? ''}"
    />
    <button>Post</button>
  </form>`
}

function faultSwitches({ faults, live }: View): Html {
  return html`<details class="card faults" id="faults" ${faults.length > 0 && html`open`}>
    <summary>
      Trouble on purpose${faults.length > 0 && html` <span class="count">${faults.length} waiting</span>`}
    </summary>
    <p class="hint">The next requests of this kind go wrong, as they can on the real network.</p>
    <form method="post" action="${action('/sandbox/faults', live)}">
      <label for="match">Request</label>
      <select id="match" name="match">
        ${ENDPOINTS.map((name) => html`<option ${name === 'POST /2/tweets' && html`selected`}>${name}</option>`)}
      </select>
      <label for="fault">What goes wrong</label>
      <select id="fault" name="fault">
        ${Object.entries(FAULTS).map(([name, words]) => html`<option value="${name}">${words}</option>`)}
      </select>
      <label for="times">How many times</label>
      <input id="times" name="times" type="number" min="1" max="1000" value="1" required />
      <button class="quiet">Let it go wrong</button>
    </form>
    ${
      faults.length > 0 &&
      html`<ul>
          ${faults.map(
            ({ match, fault, times }) => html`<li><code>${match}</code> ${inWords(fault)}, ${times} ×</li>`,
          )}
        </ul>
        <form method="post" action="${action('/sandbox/faults/clear', live)}">
          <button class="quiet">All well again</button>
        </form>`
    }
  </details>`
}

/** Who is called, what they answered, and how to leave a call out or make it twice. */
function calls({ hook, live }: View): Html | false {
  const called = hook.webhooks()
  if (called.length === 0) return false
  const button = (does: string, words: string) =>
    html`<form method="post" action="${action('/sandbox/webhook', live)}">
      <input type="hidden" name="action" value="${does}" />
      <button class="quiet">${words}</button>
    </form>`
  return html`<details class="card faults" id="calls">
    <summary>Calls${!hook.isOpen() && html` <span class="count">held back</span>`}</summary>
    ${called.map(
      ({ url, valid }) =>
        html`<p class="hint">
          ${valid ? html`What is said to an account that asked for it is told to ${url} at once.` : html`${url} is called no more: it did not answer the challenge.`}
        </p>`,
    )}
    ${button('give-up', 'Give up on who is called')}
    ${hook.isOpen() ? button('close', 'Lose the next calls') : button('open', 'Call again')}
    ${hook.sent.length > 0 && button('again', 'Make the last call twice')}
    ${
      hook.sent.length > 0 &&
      html`<ul>
        ${hook.sent.map(({ type, status }) => html`<li><code>${type}</code> ${status ?? 'no answer'}</li>`)}
      </ul>`
    }
  </details>`
}

/** The accounts that let an app in, and how to take that back. */
function signIns({ grants, network, live }: View): Html | false {
  if (grants.length === 0) return false
  return html`<details class="card faults" id="grants" open>
    <summary>Apps let in <span class="count">${grants.length}</span></summary>
    <p class="hint">Each of these accounts allowed an app to post as it.</p>
    <ul>
      ${grants.map(({ userId }) => {
        const handle = network.userById(userId)?.handle ?? userId
        return html`<li>
          <form method="post" action="${action('/sandbox/grants', live)}">
            <input type="hidden" name="as" value="${handle}" />
            <button class="quiet" name="action" value="revoke">Revoke @${handle}</button>
            <button class="quiet" name="action" value="expire">Let two hours pass for @${handle}</button>
          </form>
        </li>`
      })}
    </ul>
  </details>`
}

/** Whoever is suspended is not seen by anybody, as on X. */
function suspensions({ network, live }: View): Html {
  const people = network.users.filter((user) => !isOfficial(user))
  return html`<details class="card faults" id="people">
    <summary>Suspended people</summary>
    <p class="hint">Nobody sees what they said, until they are let in again.</p>
    <ul>
      ${people.map((user) => {
        const is = network.isSuspended(user)
        return html`<li>
          <form method="post" action="${action('/sandbox/suspended', live)}">
            <input type="hidden" name="who" value="${user.handle}" />
            <button class="quiet" name="is" value="${is ? 'no' : 'yes'}">
              ${is ? 'Let in' : 'Suspend'} @${user.handle}
            </button>
          </form>
        </li>`
      })}
    </ul>
  </details>`
}

function inWords(fault: Fault): string {
  if (typeof fault === 'object') return `Answers ${fault.status}`
  return isNamed(fault) ? FAULTS[fault] : fault
}

const isNamed = (fault: string): fault is FaultName => Object.hasOwn(FAULTS, fault)

/** Conversations, the one with the latest word first; each with the posts that answer none that is still there. */
function threads(posts: ReadonlyArray<Post>): Array<Array<Post>> {
  const present = new Set(posts.flatMap((post) => post.versions.map(({ id }) => id)))
  const conversations = new Map<string, { latest: string; roots: Array<Post> }>()
  for (const post of posts) {
    const { id } = newest(post)
    const conversation = conversations.get(post.conversationId) ?? { latest: id, roots: [] }
    if (compareIds(id, conversation.latest) > 0) conversation.latest = id
    if (post.inReplyTo === null || !present.has(post.inReplyTo)) conversation.roots.push(post)
    conversations.set(post.conversationId, conversation)
  }
  return [...conversations.values()].sort((a, b) => compareIds(b.latest, a.latest)).map(({ roots }) => roots)
}

/** A post with everything that answers it, below it. */
function branch(view: View, post: Post): Html {
  const ids = new Set(post.versions.map(({ id }) => id))
  const replies = view.network.posts.filter(({ inReplyTo }) => inReplyTo !== null && ids.has(inReplyTo))
  return html`<li>
    ${article(view, post)}
    ${
      replies.length > 0 &&
      html`<ol>
        ${replies.map((reply) => branch(view, reply))}
      </ol>`
    }
  </li>`
}

function article(view: View, post: Post): Html {
  const { network, live } = view
  const { id, text, at } = newest(post)
  const author = network.userById(post.authorId)
  const quoted = post.quote === null ? null : network.post(post.quote)
  return html`<article
    id="post-${id}"
    aria-labelledby="author-${id}"
    ${isOfficial(author) && html`class="official"`}
  >
    <header>
      <span class="face" aria-hidden="true">${(author?.name ?? '?').slice(0, 1)}</span>
      <div>
        <p id="author-${id}">
          <strong>${author?.name ?? 'Somebody'}</strong>
          ${isOfficial(author) && html`<span class="badge">Official</span>`}
        </p>
        <p class="hint">
          @${author?.handle ?? post.authorId} · <time datetime="${at}">${when(at, view.now)}</time>
          ${post.versions.length > 1 && html` · edited`}
          ${author && network.isSuspended(author) && html` · <span class="count">suspended</span>`}
          ${(post.likes?.length ?? 0) > 0 && html` · liked by ${post.likes?.length}`}
        </p>
      </div>
    </header>
    <p class="text">${marked(text)}</p>
    ${
      (post.media?.length ?? 0) > 0 &&
      html`<ul>
        ${(post.media ?? []).map(
          ({ key, alt, moving }) =>
            html`<li>
              <a href="/media/${key}.svg">${moving ? 'Video' : 'Picture'}: ${alt ?? 'no description'}</a>
            </li>`,
        )}
      </ul>`
    }
    ${
      post.quote !== null &&
      html`<blockquote>
        ${
          quoted
            ? html`<p class="hint">@${network.userById(quoted.authorId)?.handle ?? ''}</p>
                <p class="text">${marked(newest(quoted).text)}</p>`
            : html`<p class="hint">The quoted post is gone.</p>`
        }
      </blockquote>`
    }
    <footer>
      ${answerForm(view, id, { button: 'Reply', as: 'Reply as', text: 'Your reply', send: 'Send reply', field: 'inReplyTo' }, author)}
      ${answerForm(view, id, { button: 'Quote', as: 'Quote as', text: 'Your words', send: 'Send quote', field: 'quote' }, author)}
      ${
        post.versions.length > 1 &&
        html`<details name="forms-${id}">
          <summary>History</summary>
          <ol>
            ${post.versions.map(({ text, id }) => html`<li><span class="hint">${id}</span> ${text}</li>`)}
          </ol>
        </details>`
      }
      <details name="forms-${id}">
        <summary>Like</summary>
        <form method="post" action="${action(`/sandbox/posts/${id}/like`, live)}">
          <label for="like-${id}">Like as</label>
          <select id="like-${id}" name="as">
            ${people(network, undefined)}
          </select>
          <button class="quiet">Like, or take it back</button>
        </form>
      </details>
      <details name="forms-${id}">
        <summary>Edit</summary>
        <form method="post" action="${action(`/sandbox/posts/${id}/edit`, live)}">
          <label for="edit-${id}">New text</label>
          <textarea id="edit-${id}" name="text" rows="3" required>${text}</textarea>
          <button class="quiet">Save as new version</button>
        </form>
      </details>
      <details name="forms-${id}">
        <summary>Delete</summary>
        <form method="post" action="${action(`/sandbox/posts/${id}/delete`, live)}">
          <p class="hint">Deletes every version. Number ${id}.</p>
          <button class="quiet">Delete this post</button>
        </form>
      </details>
    </footer>
  </article>`
}

type AnswerWords = { button: string; as: string; text: string; send: string; field: 'inReplyTo' | 'quote' }

function answerForm({ network, live }: View, id: string, words: AnswerWords, author: WorldUser | null): Html {
  const other = network.users.find((user) => user !== author && !isOfficial(user))
  return html`<details name="forms-${id}">
    <summary>${words.button}</summary>
    <form method="post" action="${action('/sandbox/posts', live)}">
      <input type="hidden" name="${words.field}" value="${id}" />
      <label for="${words.field}-as-${id}">${words.as}</label>
      <select id="${words.field}-as-${id}" name="as">
        ${people(network, other?.handle)}
      </select>
      <label for="${words.field}-text-${id}">${words.text}</label>
      <textarea id="${words.field}-text-${id}" name="text" rows="3" required></textarea>
      <button>${words.send}</button>
    </form>
  </details>`
}

/** People first: they are the ones played here; official accounts usually speak through the API. */
function people(network: PracticeNetwork, chosen: string | undefined): Array<Html> {
  const option = ({ handle, name }: WorldUser) =>
    html`<option value="${handle}" ${handle === chosen && html`selected`}>${name} (@${handle})</option>`
  const official = network.users.filter(isOfficial)
  return [
    ...network.users.filter((user) => !isOfficial(user)).map(option),
    ...(official.length > 0
      ? [html`<optgroup label="Official accounts">${official.map(option)}</optgroup>`]
      : []),
  ]
}

/** An app can speak for it. */
function isOfficial(user: WorldUser | null): boolean {
  return user?.accessToken !== undefined
}

/** A text with its handles, hashtags and links set off. */
function marked(text: string): Array<Html> {
  const parts: Array<Html> = []
  let end = 0
  for (const { indices } of twitter.extractEntitiesWithIndices(text)) {
    parts.push(html`${text.slice(end, indices[0])}<span class="entity">${text.slice(...indices)}</span>`)
    end = indices[1]
  }
  return [...parts, html`${text.slice(end)}`]
}

function when(at: string, now: Date): string {
  const minutes = Math.floor((now.getTime() - Date.parse(at)) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  return new Date(at).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })
}

function action(path: string, live: boolean): string {
  return live ? `${path}?live=1` : path
}
