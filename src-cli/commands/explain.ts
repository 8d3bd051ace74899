/** `pageward explain CODE`: what a diagnosis means, the smallest bad program, its fix. */
import { CATALOGUE, explain as explained, explainText } from '../../src-core/report/catalogue.ts'
import { nearestWord } from '../../src-core/base/suggest.ts'
import { jsonText } from '../../src-core/report/json.ts'
import { smallestPrograms } from '../diagnosis-programs.ts'
import { Exit, UsageError } from '../exit.ts'
import { onlyFormats, type Options } from '../options.ts'
import { print } from '../output.ts'

export function explain(options: Options): Exit {
  onlyFormats('explain', options, ['text', 'json'])
  const [code] = options.files
  if (code === undefined) {
    print(Object.keys(CATALOGUE).join('\n'))
    return Exit.OK
  }
  const entry = (CATALOGUE as Readonly<Record<string, (typeof CATALOGUE)[keyof typeof CATALOGUE]>>)[code]
  if (entry === undefined) {
    const near = nearestWord(code, Object.keys(CATALOGUE))
    throw new UsageError(
      `explain: there is no diagnosis "${code}"${near === undefined ? '' : `; did you mean ${near}?`}`,
    )
  }
  const { bad, good } = smallestPrograms(code)
  const languages = explained(code)?.languages ?? null
  if (options.format === 'json')
    print(jsonText({ schema: 'pageward.explanation/1', code, ...entry, languages, bad, good }))
  else {
    print(explainText(code) ?? '')
    if (bad !== null) print(`\nSmallest program that commits it:\n\n${bad}`)
    if (good !== null) print(`\nThe same, right:\n\n${good}`)
  }
  return Exit.OK
}
