import { answer, goal, run, runs } from 'lesson'

const bad = runs.filter((each) => each.errors.length > 0).map(({ era }) => era)
answer('eras', bad.length === 0 ? 'in none' : bad.length === runs.length ? 'in both' : `in ${bad.join(' and ')}`)

const area = run.named('area')
const kept = area?.access_set(area.freed) ?? []
answer(
  'reaches',
  kept.map(({ kind }) => (kind === 'owner' ? 'the area' : 'the reference of get_page()')),
)

goal('reads', 'The byte is read and printed', run.log.includes('byte 7') || 'Print `byte 7`, read from the page.')
const failing = runs.find((each) => each.errors.length > 0)
const wrong = failing?.errors[0]
goal(
  'both',
  'It is right in both eras',
  wrong === undefined || `In ${failing?.era ?? ''}, line ${wrong.line}: ${wrong.message}.`,
)
