import { answer, goal, run, runs } from 'lesson'

const free = run.calls('__free_pages')[0]
const order = Number(/__free_pages\(\w+, (\d+)\)/.exec(free?.text ?? '')?.[1] ?? 0)
answer('pages-lost', run.clean() ? 0 : 4 - 2 ** order)

const failing = runs.find((each) => !each.clean())
const error = failing?.errors[0]
goal('whole', 'All four pages go back', error === undefined || `Line ${error.line}: ${error.message}.`)
const frees = run.calls('__free_pages').length + run.calls('__free_page').length + run.calls('free_pages').length
goal('once', 'The block is freed with one call', frees === 1 || `There are ${frees} calls that free; one is enough.`)
