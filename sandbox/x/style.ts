export const STYLE = `
:root {
  --paper: #f5f5f2; --card: #fff; --ink: #1d2320; --soft: #5a645f; --line: #dcdfda;
  --accent: #1f6650; --on-accent: #fff; --tint: #e8f1ed; --warn: #8a3413; --warn-tint: #fbeee7;
  --s1: .25rem; --s2: .5rem; --s3: .75rem; --s4: 1rem; --s5: 1.5rem; --s6: 2.5rem; --round: .75rem;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #121614; --card: #1a201d; --ink: #e7ebe8; --soft: #a2ada7; --line: #313a35;
    --accent: #7cc8ac; --on-accent: #0f1a15; --tint: #1f2e28; --warn: #f0a98b; --warn-tint: #33211a;
  }
}
* { box-sizing: border-box; }
body, p, h2, ol, ul { margin: 0; padding: 0; }
ol, ul { list-style: none; }
body { background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
.bar, main { max-width: 68rem; margin-inline: auto; padding-inline: var(--s4); }
body > header { background: var(--card); border-bottom: 1px solid var(--line); border-top: .25rem dashed var(--accent); }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s1) var(--s4); padding-block: var(--s3); }
.brand { font-weight: 700; letter-spacing: -.01em; }
.notice { color: var(--soft); flex: 1 1 18rem; }
.live { min-height: 2.75rem; display: inline-flex; align-items: center; color: var(--accent); font-weight: 600; }
.live.on::before { content: ''; width: .6rem; height: .6rem; margin-inline-end: var(--s2); border-radius: 50%; background: currentColor; }
main { display: grid; gap: var(--s5); padding-block: var(--s5) var(--s6); }
.side { display: grid; gap: var(--s4); align-content: start; }
.card, .thread { background: var(--card); border: 1px solid var(--line); border-radius: var(--round); }
.card { padding: var(--s4); }
h2 { font-size: 1rem; color: var(--soft); font-weight: 600; margin-bottom: var(--s3); }
form { display: grid; gap: var(--s1); }
label { font-weight: 600; font-size: .9rem; margin-top: var(--s2); }
.compose label:first-child { margin-top: 0; }
input, select, textarea, button { font: inherit; color: inherit; width: 100%; min-height: 2.75rem; border-radius: .5rem; }
input, select, textarea { background: var(--paper); border: 1px solid color-mix(in srgb, var(--soft) 70%, var(--card)); padding: var(--s2) var(--s3); }
textarea { resize: vertical; line-height: 1.4; }
button { justify-self: start; width: auto; margin-top: var(--s3); padding: var(--s2) var(--s5); border: 1px solid var(--accent);
  background: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer; }
button:hover { filter: brightness(1.08); }
button.quiet { background: none; color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
summary { cursor: pointer; font-weight: 600; min-height: 2.75rem; display: flex; align-items: center; gap: var(--s2); list-style: none; }
summary::-webkit-details-marker { display: none; }
.faults { padding-block: var(--s1); }
.faults > summary::after { content: '+'; margin-inline-start: auto; color: var(--soft); font-size: 1.25rem; line-height: 1; }
.faults[open] { padding-bottom: var(--s4); }
.faults[open] > summary::after { content: '\\2212'; }
.faults ul { margin-top: var(--s4); padding-top: var(--s3); border-top: 1px solid var(--line); font-size: .9rem; }
code { font-size: .85em; overflow-wrap: anywhere; }
.count { font-size: .8rem; padding: 0 var(--s2); border-radius: 1rem; background: var(--warn-tint); color: var(--warn); white-space: nowrap; }
.hint { color: var(--soft); font-size: .9rem; font-weight: 400; }
.trouble { padding: var(--s3) var(--s4); border-radius: var(--round); border: 1px solid currentColor; background: var(--warn-tint); color: var(--warn); }
.empty { padding: var(--s6) var(--s4); text-align: center; color: var(--soft); border: 1px dashed var(--line); border-radius: var(--round); }
.thread { padding: var(--s2) var(--s4); }
.thread + .thread { margin-top: var(--s4); }
.thread ol { margin-inline-start: 1.15rem; padding-inline-start: var(--s4); border-inline-start: 2px solid var(--line); }
/* Deep conversations stay readable on a phone. */
.thread ol ol ol ol { margin-inline-start: 0; padding-inline-start: 0; border-inline-start: 0; }
article { padding-block: var(--s3) var(--s1); scroll-margin-top: var(--s4); }
article > header { display: flex; gap: var(--s3); align-items: center; line-height: 1.3; }
.face { flex: none; width: 2.4rem; height: 2.4rem; border-radius: 50%; display: grid; place-items: center; font-weight: 700;
  background: var(--paper); border: 1px solid var(--line); color: var(--soft); }
.official .face { border-radius: .6rem; background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.badge { font-size: .75rem; font-weight: 600; padding: .05rem var(--s2); border-radius: 1rem; background: var(--tint); color: var(--accent);
  border: 1px solid currentColor; white-space: nowrap; }
.badge::before { content: '\\2713\\00a0'; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; margin-top: var(--s2); }
.entity { color: var(--accent); }
blockquote { margin: var(--s3) 0 0; padding: var(--s2) var(--s3); border: 1px solid var(--line); border-radius: .5rem; }
blockquote .text { margin-top: 0; }
article:target { background: var(--tint); border-radius: .5rem; margin-inline: calc(-1 * var(--s2)); padding-inline: var(--s2); }
article footer { display: flex; flex-wrap: wrap; margin-inline: calc(-1 * var(--s2)); }
article footer summary { color: var(--soft); font-size: .9rem; padding-inline: var(--s2); }
article footer form { padding-inline: var(--s2); }
article footer summary:hover, details[open] > summary { color: var(--accent); }
/* An open form takes the whole width, where its word stands. */
article footer details[open] { flex: 1 0 100%; padding-bottom: var(--s3); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (min-width: 56rem) {
  main { grid-template-columns: 20rem minmax(0, 1fr); align-items: start; }
  .side { position: sticky; top: var(--s4); max-height: calc(100vh - 2rem); overflow-y: auto; }
}
`
