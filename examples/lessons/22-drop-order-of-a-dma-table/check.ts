import { answer, goal, run, runs } from 'lesson'

const first = run.errors[0]
const call = run.steps.find(({ step }) => step === first?.step)?.op ?? ''
const kernel = run.source.includes("from 'kernel'")
answer('bad-line', call === 'vfree' && !kernel ? 'vfree(image)' : `${call}()`)

const wrong = runs.flatMap((each) => each.errors)[0]
goal(
  'order',
  'What borrows goes before what it borrows from',
  wrong === undefined || `Line ${wrong.line}: ${wrong.message}.`,
)
const undone = ['dma_unmap_sgtable', 'sg_free_table', 'vfree'].filter((op) => run.calls(op).length === 0)
goal('teardown', 'Everything is undone', undone.length === 0 || `${undone.join(' and ')} is not called.`)
