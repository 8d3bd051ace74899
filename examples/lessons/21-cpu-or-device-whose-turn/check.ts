import { answer, goal, run, runs } from 'lesson'

answer('early', (run.log[0] ?? '').replace('early ', ''))

const wrong = runs.flatMap((each) => each.errors)[0]
const synced = run.calls('dma_sync_single_for_cpu')[0]
const unmapped = run.calls('dma_unmap_single')[0]
const read = run.calls('read')[0]
goal(
  'turn',
  'The CPU looks while the buffer is mapped and when it is its turn',
  wrong !== undefined
    ? `Line ${wrong.line}: ${wrong.message}.`
    : synced !== undefined && read !== undefined && unmapped !== undefined && read.step < unmapped.step
      ? true
      : 'The buffer should stay mapped: hand it to the CPU with a sync call and not by unmapping it.',
)
const sees = run.log[0] === 'early 7' && run.source.includes('swiotlb=force')
goal('sees', 'It sees 7, on the machine with bounce buffers', sees || `It printed "${run.log[0] ?? 'nothing'}".`)
