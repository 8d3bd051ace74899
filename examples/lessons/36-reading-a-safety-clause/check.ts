import { answer, goal, run, runs } from 'lesson'

answer('code', run.errors[0]?.code ?? 'nothing')

const wrong = runs.flatMap((each) => each.errors)[0]
goal('kept', 'No promise is broken and nothing is lost', wrong === undefined || `Line ${wrong.line}: ${wrong.message}.`)
const said = run.log[0] ?? 'nothing'
goal('length', 'It has 128 bytes', said === 'length 128' || `The program says "${said}".`)
