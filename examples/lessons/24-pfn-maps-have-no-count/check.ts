import { answer, goal, run, runs } from 'lesson'

answer('refs', (run.log[0] ?? '').replace('refs ', ''))

const page = run.named('page')
const WORDS: Record<string, string> = { owner: 'the driver', pte: "the program's page table" }
answer(
  'reaches',
  (page?.access_set(page.freed) ?? []).map(({ kind }) => WORDS[kind] ?? kind),
)

const errors = runs.flatMap((each) => each.errors)
const mapped = errors.find(({ code }) => code === 'pfn-pte-without-lifetime' || code === 'free-while-mapped')
const late = run.calls('unmap_mapping_range').length > 0
const twice = run.calls('__free_page').length > 1
goal(
  'safe',
  'The page is freed when no program can reach it',
  mapped === undefined ||
    `Line ${mapped.line}: ${mapped.message}.${late ? ' The mapping goes too late.' : ''}${twice ? ' And it is freed once more.' : ''}`,
)
const other = errors.find((each) => each !== mapped)
goal(
  'freed',
  'The page is freed once',
  other === undefined || mapped !== undefined || `Line ${other.line}: ${other.message}.`,
)
