import { answer, goal, run, runs } from 'lesson'

const of = (era: string) => ((runs.find((each) => each.era === era)?.errors.length ?? 0) === 0 ? 'yes' : 'no')
answer('today', of('v6.18'))
answer('tomorrow', of('memdesc'))
answer('line', run.line_of(run.source.includes('page_slice_to_page(') ? 'page_slice_to_page(' : 'get_page(page)'))

const failing = runs.find((each) => each.errors.length > 0)
const wrong = failing?.errors[0]
goal(
  'both',
  'It is right in both eras',
  wrong === undefined || `In ${failing?.era ?? ''}, line ${wrong.line}: ${wrong.message}.`,
)
goal(
  'device',
  'The device reads the image',
  run.calls('dma_read').length > 0 || 'The device never reads it: keep dev.dma_read(…).',
)
const taken = run.calls('get_page').length
goal(
  'borrowed',
  'No reference is taken on pages of the buffer',
  !/page_v3|get_page/.test(run.source) ||
    `${taken === 1 ? 'A reference is' : `${taken} references are`} taken on memory that may have no count.`,
)
