import { answer, goal, run } from 'lesson'

answer('refs', run.log[1] ?? '')

const shared = run.errors.find(({ code }) => code === 'gup-ref-outlives-owner')
const maps = run.calls('vm_insert_page').filter(({ failed }) => !failed).length
// Right after the first unmapping took the entry out.
const pool = run.named('pool')
const WORDS: Record<string, string> = { owner: 'the driver', pte: "the first program's page table", pipe: 'the pipe' }
answer(
  'reaches',
  (pool?.access_set(run.calls('zap_pte')[0]?.step ?? 0) ?? []).map(({ kind }) => WORDS[kind] ?? kind),
)

goal(
  'private',
  'The second program gets a page that nobody else holds',
  shared !== undefined
    ? `Line ${shared.line}: ${shared.message}.`
    : maps === 2 || 'The second program gets nothing: it needs a page too.',
)
const other = run.errors.find((each) => each !== shared)
goal('freed', 'Every page is given back once', other === undefined || `Line ${other.line}: ${other.message}.`)
