import { answer, goal, run } from 'lesson'

answer('folio-of-tail', run.log[2] ?? '')

const [compound, plain] = run.log
const isPlain = run.named('plain')?.kind !== run.named('compound')?.kind || /GFP_KERNEL, 2/.test(run.source)
goal(
  'answers',
  'where() says `page 3 of 4` and `no folio`',
  !isPlain
    ? 'Keep one block without __GFP_COMP: the question is about its tails.'
    : compound === 'page 3 of 4' && plain === 'no folio'
      ? true
      : `For the compound block it says "${compound}", for the plain block's tail "${plain}".`,
)
const wrong = run.errors[0]
goal('clean', 'No rule is broken', wrong === undefined || `Line ${wrong.line}: ${wrong.message}.`)
