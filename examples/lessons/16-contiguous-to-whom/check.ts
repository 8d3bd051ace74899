import { answer, goal, run, runs } from 'lesson'

const wrong = run.errors.find(({ code }) => code === 'virt-to-page-on-vmalloc')
answer('verdict', wrong === undefined ? 'the right page' : 'some other page or none')

const lines = run.log.filter((line) => line.startsWith('page '))
const rust = run.source.includes("from 'kernel'")
const lookups = rust
  ? Math.min(run.source.includes('page_iter()') ? 2 : 0, lines.length)
  : run.calls('vmalloc_to_page').length
goal(
  'pages',
  'Both pages are found through the page tables',
  lookups >= 2 && lines.length === 2
    ? true
    : lookups === 0
      ? `Line ${wrong?.line ?? '?'}: ${wrong?.message ?? 'the page tables are not asked'}.`
      : lines.length < 2
        ? `Only ${lines.length} of the two pages is printed.`
        : `vmalloc_to_page() is called ${lookups} time for two pages: each of them can lie anywhere.`,
)
const other = runs.flatMap((each) => each.errors)[0]
const dead = lines.some((line) => line.includes('nowhere'))
goal(
  'clean',
  'Nothing is wrong with the addresses',
  dead
    ? 'The area is freed before it is asked: nothing is mapped there any more.'
    : other === undefined || `Line ${other.line}: ${other.message}.`,
)
