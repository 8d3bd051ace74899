import { answer, goal, run, runs } from 'lesson'

const error = run.errors[0]
const text = run.steps.find(({ step }) => step === error?.step)?.op ?? ''
const rust = run.source.includes("from 'kernel'")
if (rust)
  answer('bad-line', /drop\((\w+)\)/.exec(run.steps.find(({ step }) => step === error?.step)?.text ?? '')?.[0] ?? text)
else answer('bad-line', `the ${text === 'dma_write' ? 'dma_write()' : `${text}()`}`)

// The image is the first memory of both programs.
const image = run.memory[0]
const held = image?.access_set(image.freed) ?? []
answer(
  'reaches',
  held.map(({ kind }) => (kind === 'owner' ? 'the owner of the image' : 'the device')),
)

const wrong = runs.flatMap((each) => each.errors)[0]
goal(
  'order',
  'Nobody reaches the pages when they are freed',
  wrong === undefined || `Line ${wrong.line}: ${wrong.message}.`,
)
goal('device', 'The device writes its bytes', run.calls('dma_write').length > 0 || 'Keep dev.dma_write(…).')
