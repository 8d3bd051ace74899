import { answer, goal, run, runs } from 'lesson'

answer('types', run.log[0] ?? '')

const gets = run.calls('get_page')
const onSlab = runs.flatMap((each) => each.diagnoses).find(({ code }) => code === 'get-page-on-slab')
const page = run.named('page')
goal(
  'shares',
  "The driver's page is shared",
  gets.some(({ memory }) => memory === page?.id) || 'share() took no reference on the page of alloc_page().',
)
goal('refuses', 'The slab page is left alone', onSlab === undefined || `Line ${onSlab.line}: ${onSlab.message}.`)
const wrong = runs.flatMap((each) => each.errors).find(({ code }) => code !== 'get-page-on-slab')
goal('clean', 'Nothing is leaked or dropped twice', wrong === undefined || `Line ${wrong.line}: ${wrong.message}.`)
