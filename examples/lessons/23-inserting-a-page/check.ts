import { answer, goal, run } from 'lesson'

answer('counts', run.log[0] ?? '')

// While it is mapped: at the first line that the program prints.
const page = run.named('page')
const WORDS: Record<string, string> = { owner: 'the driver', pte: "the program's page table" }
const held = page?.access_set(run.calls('printk')[0]?.step ?? 0) ?? []
answer(
  'reaches',
  held.map(({ kind }) => WORDS[kind] ?? kind),
)

const wrong = run.errors[0]
goal(
  'balanced',
  'Every reference is dropped by who took it',
  wrong === undefined || `Line ${wrong.line}: ${wrong.message}.`,
)
const mapped = run.log[0] === 'refs 2, maps 1'
goal('mapped', 'The program had the page mapped', mapped || `The program saw "${run.log[0] ?? 'nothing'}".`)
