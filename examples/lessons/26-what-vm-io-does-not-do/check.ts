import { answer, goal, run } from 'lesson'

answer('taken', (run.log[0] ?? '').replace('taken ', ''))

const said = run.log[0] ?? 'nothing'
const io = /VM_IO/.test(run.source)
const maps = run.calls('remap_pfn_range').length + run.calls('vm_insert_page').length
goal(
  'stopped',
  'The fast walk takes nothing',
  maps === 0
    ? 'Nothing is mapped: the program cannot use the device any more.'
    : said !== 'taken 1' ||
        (io ? 'VM_IO is set, and the page was taken all the same.' : 'Without VM_IO both kinds of GUP take it.'),
)
const wrong = run.errors[0]
const mixed = /VM_MIXEDMAP/.test(run.source)
goal(
  'clean',
  'Nothing is broken',
  wrong === undefined ||
    `Line ${wrong.line}: ${wrong.message}.${io && !mixed ? ' (With or without VM_MIXEDMAP.)' : ''}`,
)
