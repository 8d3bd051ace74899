import { answer, goal, run, runs } from 'lesson'

const errors = runs.flatMap((each) => each.errors)
const reached = errors.find(({ code }) => code === 'zap-by-address' || code === 'pfn-pte-without-lifetime')
answer('code', reached === undefined ? 'SIGSEGV: the entry is gone' : 'the freed page')

answer('misses', run.calls('zap_page_range_single')[0]?.step ?? 0)

const zaps = run.calls('zap_page_range_single').length
goal(
  'revoked',
  'No program can reach the page when it is freed',
  reached === undefined ||
    `Line ${reached.line}: ${reached.message}. (${zaps === 0 ? 'Nothing was zapped.' : 'The zap hit an empty address.'})`,
)
const other = errors.find((each) => each !== reached && each.code === 'page-leak')
const careful = /vma !== null/.test(run.source)
goal(
  'freed',
  'The page is freed',
  other === undefined ||
    `Line ${other.line}: ${other.message}.${careful ? ' find_vma() of the old address found nothing, so nothing was done.' : ''}`,
)
