import { answer, goal, run, runs } from 'lesson'

const stale = run.errors.filter(({ code }) => code === 'krealloc-stale-alias' || code === 'slab-use-after-free')
const lines = stale.map(({ line }) => line)
const rust = run.source.includes("from 'kernel'")
if (rust) answer('bad-line', lines.includes(9) ? 'the first (line 9)' : 'the second (line 11)')
else answer('bad-line', lines.includes(8) ? 'the first (line 8)' : lines.includes(10) ? 'the second (line 10)' : 'none')

const errors = runs.flatMap((each) => each.errors)
const alias = errors.find(({ code }) => code === 'krealloc-stale-alias' || code === 'slab-use-after-free')
goal('no-stale', 'No stale pointer is used', alias === undefined || `Line ${alias.line}: ${alias.message}.`)
const other = errors.find((each) => each.code !== 'krealloc-stale-alias' && each.code !== 'slab-use-after-free')
goal('freed', 'The buffer is freed once', other === undefined || `Line ${other.line}: ${other.message}.`)
const grows = run.calls('krealloc').length
goal(
  'checked',
  'A krealloc() that fails keeps the buffer',
  rust
    ? run.source.includes('reserve(60') || 'Let the vector grow with reserve().'
    : grows === 0
      ? 'Let the buffer grow with krealloc().'
      : !/buffer = krealloc/.test(run.source) || 'buffer = krealloc(buffer, …) loses the old object when it fails.',
)
