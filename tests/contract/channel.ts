import { afterEach, describe, expect, it } from 'vitest'
import type { Channel, Cursor, DeliveryKey, Network, ReadResult } from '#app/channels/channel.ts'

/** What a network may be made to do once, in place of its answer or with it. */
export type ContractFault =
  | 'hang'
  /** The connection breaks before anything happens. */
  | 'drop-before'
  /** What was asked is done, and nobody hears of it. */
  | 'drop-after'
  /** Nothing goes wrong: for what lies before the one that does. */
  | 'as-usual'
  | { status: number; headers?: Record<string, string>; body: string }

export type ContractRequest = 'read' | 'send' | 'look' | 'look-up' | 'identify'

/** A network to try a channel against. Everything is as its people see it, never as the channel says. */
export type ChannelHarness = {
  network: Network
  /** Who our account is. */
  account: { id: string; handle: string }
  /** The account, as a process that has just started opens it. */
  open(options?: { timeoutMs?: number }): Channel
  /** The account with credentials that the network does not accept. */
  openRefused(): Channel
  /** Somebody names the account, and the network shows that to it. Names follow the network's own rules. */
  post(text: string, inReplyTo?: string): Promise<{ id: string; conversationId: string }>
  /** As many at once as a test of pages needs; their ids in order. */
  postMany(texts: Array<string>): Promise<Array<string>>
  remove(id: string): Promise<void>
  /** A newer version of somebody's post; its id. Only where the network has such a thing. */
  edit?(id: string, text: string): Promise<string>
  /** What the account said below a post, however deep, in order. */
  replies(to: string): Promise<Array<{ id: string; text: string }>>
  /** The next request of this kind goes wrong. */
  fault(request: ContractRequest, fault: ContractFault): void
  mend(): void
  /** How the network says that a limit is used up until a moment. */
  tooMany(until: Date): ContractFault
  /** How many posts one page of reading holds. */
  pageSize: number
}

const PATIENT = 8000
const answer = (status: number, body: unknown) => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

/** Answers no network should give. Each is data to a channel, and none is believed. */
const NONSENSE: Array<[what: string, fault: ContractFault]> = [
  ['a web page', { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><p>Hi' }],
  ['half of an answer', answer(200, '{"data": [{"id": "12')],
  ['nothing', answer(200, '')],
  ['null', answer(200, 'null')],
  ['a number', answer(200, '7')],
  ['a list', answer(200, [])],
  ['another shape', answer(200, { data: 7, meta: [], posts: {}, notifications: 'no', uri: 1, cid: null })],
  [
    'members of another shape',
    answer(200, { data: [null, 7, { id: 5 }], notifications: [null, 7], posts: [1] }),
  ],
  ['deeply nested lists', answer(200, '['.repeat(5000) + ']'.repeat(5000))],
  ['names of prototypes', answer(200, '{"__proto__": {"id": "1"}, "constructor": {"data": []}}')],
  ['an error that is none', answer(400, { errors: [null], error: 7, message: {} })],
  ['a failure without a body', answer(500, '')],
  ['a failure of the line', { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad' }],
  ['unavailable', answer(503, {})],
  ['a status nobody knows', answer(599, '')],
]

/**
 * What every channel must do, on whichever network. Call it in a file of that network's tests.
 * @param has what not every network has: where it is said to be missing, it has to be. With `keys` the same delivery
 *   may be sent again without a look, so a sending of which nobody knows may be `later` as well
 * @param harness made once, before the first test, and asked when a test runs
 */
export function channelContract(
  name: string,
  has: { threads: boolean; lookUp: boolean; keys: boolean },
  harness: () => ChannelHarness,
): void {
  describe(`${name}: the contract of channels`, () => {
    let sent = 0
    const notKnown = has.keys ? ['unknown', 'later'] : ['unknown']
    afterEach(() => harness().mend())

    const delivery = (
      to: { id: string; conversationId: string },
      text = `Library answers (no. ${1000 + sent}): We see to it.`,
      more: Array<string> = [],
    ): DeliveryKey => ({
      key: `contract-${(sent += 1)}`,
      text,
      more,
      inReplyTo: to.id,
      conversationId: to.conversationId,
      attemptedAt: new Date(),
    })
    /** What stands there of a delivery: every part of it, as often as it stands there. */
    async function standing(to: { id: string }, key: DeliveryKey) {
      const parts = [key.text, ...key.more]
      return (await harness().replies(to.id)).filter(({ text }) => parts.some((part) => text.endsWith(part)))
    }
    async function readAll(since: Cursor): Promise<ReadResult> {
      const result = await harness().open().read(since)
      expect(result.trouble).toBeNull()
      return result
    }
    const now = async () => (await readAll(null)).next

    it('has what it is said to have', () => {
      expect({
        threads: harness().network.threads,
        lookUp: harness().open().lookUp !== undefined,
      }).toEqual({ threads: has.threads, lookUp: has.lookUp })
    })

    describe('reading', () => {
      it('knows whose account it is', async () => {
        expect(await harness().open().identify()).toMatchObject({
          kind: 'identified',
          author: { id: harness().account.id },
        })
        expect(await harness().openRefused().identify()).toEqual({
          kind: 'failed',
          reason: expect.stringMatching(/\w/),
        })
      })

      it('brings each post once, the oldest first, and goes on where it was', async () => {
        await harness().post('before')
        const since = await now()
        const ids = []
        for (const text of ['one', 'two', 'three']) ids.push((await harness().post(text)).id)
        const first = await readAll(since)
        expect(first.posts.map((post) => post.externalId)).toEqual(ids)
        const { id } = await harness().post('four')
        const second = await readAll(first.next)
        expect(second.posts.map((post) => post.externalId)).toEqual([id])
        const third = await readAll(second.next)
        expect(third.posts).toEqual([])
        expect((await readAll(third.next)).posts).toEqual([])
      })

      it('brings a post in our shape, with why it may be answered', async () => {
        const since = await now()
        const { id, conversationId } = await harness().post('the boiler is cold #Heating')
        const { posts } = await readAll(since)
        expect(posts).toEqual([
          expect.objectContaining({
            externalId: id,
            firstId: id,
            conversationId,
            inReplyTo: null,
            text: expect.stringContaining('the boiler is cold #Heating'),
            url: expect.stringMatching(/^https?:\/\//),
            postedAt: expect.any(Date),
            hashtags: ['heating'],
            mentions: expect.arrayContaining([harness().account.handle.toLowerCase()]),
            summons: 'mentioned',
            repost: false,
            parent: null,
            images: [],
          }),
        ])
        expect(posts[0]!.author.id).not.toBe(harness().account.id)
      })

      it('brings a reply with its conversation', async () => {
        const start = await harness().post('the start')
        const since = await now()
        const reply = await harness().post('the same here', start.id)
        const [post] = (await readAll(since)).posts
        expect(post).toMatchObject({
          externalId: reply.id,
          inReplyTo: start.id,
          conversationId: start.conversationId,
        })
        expect(post!.parent?.text).toContain('the start')
      })

      it('pages through more than one answer holds', { timeout: 120_000 }, async () => {
        const since = await now()
        const ids = await harness().postMany(
          Array.from({ length: harness().pageSize + 7 }, (_, n) => `number ${n}`),
        )
        const { posts, next } = await readAll(since)
        expect(posts.map((post) => post.externalId)).toEqual(ids)
        expect((await readAll(next)).posts).toEqual([])
      })

      it('goes on from what was kept of a reading', async () => {
        const since = await now()
        const ids = await harness().postMany(['one', 'two', 'three', 'four', 'five'])
        const { posts, after } = await readAll(since)
        expect(posts.map((post) => post.externalId)).toEqual(ids)
        expect((await readAll(after!(2))).posts.map((post) => post.externalId)).toEqual(ids.slice(2))
        expect((await readAll(after!(0))).posts.map((post) => post.externalId)).toEqual(ids)
      })

      it.each<[what: string, fault: ContractFault]>([
        ['drop-before', 'drop-before'],
        ['drop-after', 'drop-after'],
        ...NONSENSE,
      ])('keeps its place after %s, and passes nothing over', async (_, fault) => {
        const since = await now()
        const { id } = await harness().post('not to be lost')
        harness().fault('read', fault)
        const broken = await harness().open().read(since)
        if (broken.trouble) {
          expect(broken.next).toBe(since)
          expect(broken.trouble).toMatchObject({ kind: 'later', reason: expect.stringMatching(/\w/) })
        }
        harness().mend()
        const { posts } = await readAll(broken.next)
        expect([...broken.posts, ...posts].map((post) => post.externalId)).toContain(id)
      })

      it('passes nothing over when the second page fails', { timeout: 120_000 }, async () => {
        const since = await now()
        const ids = await harness().postMany(
          Array.from({ length: harness().pageSize + 3 }, (_, n) => `page ${n}`),
        )
        for (const fault of ['drop-before', 'drop-after', NONSENSE[1]![1], NONSENSE[3]![1]] as const) {
          harness().fault('read', 'as-usual')
          harness().fault('read', fault)
          const broken = await harness().open().read(since)
          expect(broken).toMatchObject({ next: since, trouble: { kind: 'later' } })
          expect(ids).toEqual(expect.arrayContaining(broken.posts.map((post) => post.externalId)))
          harness().mend()
        }
        expect((await readAll(since)).posts.map((post) => post.externalId)).toEqual(ids)
      })

      it('waits for as long as it is asked to', async () => {
        const until = new Date(Math.ceil(Date.now() / 1000) * 1000 + 90_000)
        harness().fault('read', harness().tooMany(until))
        const { trouble } = await harness().open().read(null)
        expect(trouble).toMatchObject({ kind: 'later', at: until })
      })

      it('is signed out with credentials that are refused', async () => {
        expect((await harness().openRefused().read(null)).trouble).toMatchObject({
          kind: 'signed-out',
          reason: expect.stringMatching(/\w/),
        })
      })

      it('ends within its time limit', async () => {
        const since = await now()
        const channel = harness().open({ timeoutMs: 400 })
        harness().fault('read', 'hang')
        const began = performance.now()
        expect(await channel.read(since)).toMatchObject({ next: since, trouble: { kind: 'later' } })
        expect(performance.now() - began).toBeLessThan(PATIENT)
      })
    })

    describe('sending', () => {
      it('says it below the post, once, and finds it again', async () => {
        const to = await harness().post('please answer')
        const key = delivery(to)
        const result = await harness().open().send(key)
        const out = await standing(to, key)
        expect(out).toHaveLength(1)
        expect(result).toMatchObject({ kind: 'sent', externalId: out[0]!.id })
        expect(await harness().open().find(key)).toMatchObject({ kind: 'found', externalId: out[0]!.id })
      })

      it('never makes two posts of one delivery, however often it is sent', async () => {
        const to = await harness().post('answer me once')
        const key = delivery(to)
        const first = await harness().open().send(key)
        for (let again = 0; again < 3; again += 1)
          expect(await harness().open().send(key)).toMatchObject({ ...first })
        expect(await standing(to, key)).toHaveLength(1)
      })

      it('never makes two posts of one delivery, when two processes send it at once', async () => {
        const to = await harness().post('answer me once, both')
        const key = delivery(to)
        const results = await Promise.all([1, 2].map(() => harness().open().send(key)))
        expect(results.map(({ kind }) => kind)).toContain('sent')
        expect(await standing(to, key)).toHaveLength(1)
      })

      it('does not take one delivery for another', async () => {
        const [one, other] = [await harness().post('first'), await harness().post('second')]
        const key = delivery(one)
        await harness().open().send(key)
        expect(
          await harness()
            .open()
            .find({ ...delivery(one), text: 'Something else.' }),
        ).toEqual({ kind: 'absent' })
        expect(await harness().open().find(delivery(other))).toEqual({ kind: 'absent' })
        expect(await harness().open().find(delivery(other, key.text))).toEqual({ kind: 'absent' })
      })

      it.each<[what: string, fault: ContractFault, isOut: boolean]>([
        ['a connection that broke before', 'drop-before', false],
        ['a connection that broke after', 'drop-after', true],
        ...NONSENSE.filter(
          ([, fault]) => typeof fault === 'object' && [200, 500, 502, 599].includes(fault.status),
        ).map(([what, fault]): [string, ContractFault, boolean] => [what, fault, false]),
      ])('does not know after %s, and finds out the truth', async (_, fault, isOut) => {
        const to = await harness().post('are you there?')
        const key = delivery(to)
        harness().fault('send', fault)
        const result = await harness().open().send(key)
        expect(notKnown).toContain(result.kind)
        expect(result).toMatchObject({ reason: expect.stringMatching(/\w/) })
        harness().mend()
        expect(await standing(to, key)).toHaveLength(isOut ? 1 : 0)

        const found = await harness().open().find(key)
        expect(found.kind).toBe(isOut ? 'found' : 'absent')
        if (!isOut) expect(await harness().open().send(key)).toMatchObject({ kind: 'sent' })
        expect(await standing(to, key)).toHaveLength(1)
      })

      it('ends within its time limit, and does not know', async () => {
        const to = await harness().post('quick')
        const channel = harness().open({ timeoutMs: 400 })
        harness().fault('send', 'hang')
        const began = performance.now()
        expect(notKnown).toContain((await channel.send(delivery(to))).kind)
        expect(performance.now() - began).toBeLessThan(PATIENT)
      })

      it('waits for as long as it is asked to, with nothing sent', async () => {
        const to = await harness().post('not now')
        const until = new Date(Math.ceil(Date.now() / 1000) * 1000 + 90_000)
        const key = delivery(to)
        harness().fault('send', harness().tooMany(until))
        expect(await harness().open().send(key)).toMatchObject({ kind: 'later', at: until })
        expect(await standing(to, key)).toEqual([])
      })

      it('is signed out with credentials that are refused', async () => {
        const to = await harness().post('who are you?')
        expect(await harness().openRefused().send(delivery(to))).toMatchObject({ kind: 'signed-out' })
      })

      it('is refused an answer to a post that is gone', async () => {
        const to = await harness().post('soon gone')
        await harness().remove(to.id)
        const result = await harness().open().send(delivery(to))
        expect(result).toEqual({ kind: 'refused', reason: expect.stringMatching(/\w/) })
      })

      it('never says absent after half a look', async () => {
        const to = await harness().post('look well')
        const key = delivery(to)
        await harness().open().send(key)
        for (const [, fault] of NONSENSE) {
          harness().fault('look', fault)
          expect((await harness().open().find(key)).kind).not.toBe('absent')
          harness().mend()
        }
        harness().fault('look', harness().tooMany(new Date(Date.now() + 90_000)))
        expect(await harness().open().find(key)).toMatchObject({ kind: 'later' })
        harness().mend()
        expect(await harness().openRefused().find(key)).toMatchObject({ kind: 'signed-out' })
      })
    })

    describe('the limit', () => {
      it.each([
        ['letters', 'x'],
        ['Chinese', '图'],
        ['Arabic', 'م'],
        ['emoji', '🔥'],
        ['emoji of many parts', '👨‍👩‍👧‍👦'],
        ['flags', '🇹🇷'],
        ['accents in parts', 'e\u0301'],
      ])('of %s is where the network has it', async (_, unit) => {
        const { network } = harness()
        // By halves, so that no two are the same words.
        let fitting = `(${(sent += 1)}) `
        while (network.measure(fitting + unit) <= network.limit) fitting += unit
        const to = await harness().post('how much may I say?')
        expect(await harness().open().send(delivery(to, fitting))).toMatchObject({ kind: 'sent' })
        expect((await standing(to, delivery(to, fitting))).length).toBe(1)
        expect(
          await harness()
            .open()
            .send(delivery(to, `${fitting}${unit}`)),
        ).toMatchObject({
          kind: 'refused',
          reason: expect.stringMatching(/\w/),
        })
      })
    })

    if (has.threads)
      describe('a thread', () => {
        const parts = () => [
          `Library answers (no. ${1000 + (sent += 1)}): One (1 of 3)`,
          `(no. ${1000 + sent}, 2 of 3) two`,
          `(no. ${1000 + sent}, 3 of 3) three.`,
        ]

        it('stands in order', async () => {
          const [text = '', ...more] = parts()
          const to = await harness().post('tell me more')
          const key = delivery(to, text, more)
          expect(await harness().open().send(key)).toMatchObject({ kind: 'sent' })
          expect((await harness().replies(to.id)).map((reply) => reply.text)).toEqual([text, ...more])
          expect(await harness().open().send(key)).toMatchObject({ kind: 'sent' })
          expect(await standing(to, key)).toHaveLength(3)
        })

        it('is completed after a break, without doubles', async () => {
          for (const fault of ['drop-before', 'drop-after'] as const) {
            const [text = '', ...more] = parts()
            const to = await harness().post('tell me more, please')
            const key = delivery(to, text, more)
            harness().fault('send', fault)
            expect(notKnown).toContain((await harness().open().send(key)).kind)
            harness().mend()
            const found = await harness().open().find(key)
            if (found.kind !== 'found')
              expect(await harness().open().send(key)).toMatchObject({ kind: 'sent' })
            expect((await standing(to, key)).map((reply) => reply.text)).toEqual([text, ...more])
          }
        })
      })

    if (has.lookUp)
      describe('looking up', () => {
        it('tells what is gone and what was changed, and of nothing else', async () => {
          const channel = harness().open()
          const [kept, gone] = [await harness().post('kept'), await harness().post('gone')]
          await harness().remove(gone.id)
          const looked = await channel.lookUp!([kept.id, gone.id])
          expect(looked).toMatchObject({ kind: 'looked', gone: [gone.id], posts: [{ firstId: kept.id }] })
          expect(await channel.lookUp!([])).toEqual({ kind: 'looked', posts: [], gone: [] })
          if (!harness().edit) return
          const newer = await harness().edit!(kept.id, 'changed')
          const again = await channel.lookUp!([kept.id])
          expect(again).toMatchObject({ kind: 'looked', gone: [] })
          if (again.kind === 'looked' && again.posts[0]?.externalId === newer)
            expect(again.posts[0]).toMatchObject({
              firstId: kept.id,
              text: expect.stringContaining('changed'),
            })
        })

        it('takes no failure for a post that is gone', async () => {
          const channel = harness().open()
          const { id } = await harness().post('still here')
          for (const [, fault] of [...NONSENSE, ['drop-before', 'drop-before'] as const]) {
            harness().fault('look-up', fault)
            const looked = await channel.lookUp!([id])
            expect(looked.kind === 'looked' ? looked.gone : []).toEqual([])
            harness().mend()
          }
          expect(await harness().openRefused().lookUp!([id])).toMatchObject({ kind: 'signed-out' })
        })
      })

    it('throws nothing, whatever it is answered', async () => {
      const to = await harness().post('anything')
      for (const [, fault] of NONSENSE) {
        for (const request of ['read', 'send', 'look', 'look-up', 'identify'] as const)
          harness().fault(request, fault)
        const channel = harness().open()
        const who = await channel.identify()
        const kinds = [
          (await channel.read(null)).trouble?.kind ?? 'read',
          (await channel.send(delivery(to))).kind,
          (await channel.find(delivery(to))).kind,
          (await channel.lookUp?.([to.id]))?.kind ?? 'looked',
          who.kind,
        ]
        for (const kind of kinds)
          expect([
            'read',
            'later',
            'signed-out',
            'sent',
            'refused',
            'unknown',
            'found',
            'absent',
            'looked',
            'failed',
            'identified',
          ]).toContain(kind)
        // What it knew before it asked may still be right.
        if (who.kind === 'identified') expect(who.author.id).toBe(harness().account.id)
        harness().mend()
      }
    })
  })
}
