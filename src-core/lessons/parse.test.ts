import { describe, expect, it } from 'vitest'
import { parseLesson } from './parse.ts'

const HEAD = ['---', 'title: T', 'part: Pages', 'idea: I', 'level: beginner', 'minutes: 3', '---', '']

function problems(...lines: string[]): string[] {
  return parseLesson('01-x', lines.join('\n')).problems.map(({ line, message }) => `${line}: ${message}`)
}

describe('lesson.md', () => {
  it('has front matter, an introduction and steps with their settings', () => {
    const { lesson } = parseLesson(
      '01-x',
      [
        ...HEAD,
        'Hello.',
        '## Predict: What now?',
        'Think.',
        '```ts',
        '## Read: no heading, it is code',
        '```',
        '```predict',
        'id: q',
        'question: How many?',
        'options: [1, 2]',
        'answer: 2',
        'after: Because.',
        '```',
        '```look',
        'at: get_page',
        'select: page',
        '```',
      ].join('\n'),
    )
    expect(lesson).toMatchObject({ id: '01-x', title: 'T', eras: ['v6.12'], intro: 'Hello.', requires: [] })
    expect(lesson?.steps).toEqual([
      {
        kind: 'predict',
        title: 'What now?',
        line: 10,
        text: 'Think.\n```ts\n## Read: no heading, it is code\n```',
        look: { program: 'start.ts', at: 'get_page', select: 'page', view: null },
        id: 'q',
        program: 'start.ts',
        question: 'How many?',
        options: ['1', '2'],
        many: false,
        answer: '2',
        after: 'Because.',
      },
    ])
  })

  it('asks questions of which several options are right, or none', () => {
    const asked = (...lines: string[]): string[] => [
      ...HEAD,
      '## Predict: Who?',
      '```predict',
      'id: q',
      'question: Who still reaches it?',
      ...lines,
      'after: Because.',
      '```',
    ]
    const answerTo = (...lines: string[]): string => {
      const [step] = parseLesson('01-x', asked(...lines).join('\n')).lesson?.steps ?? []
      return step?.kind === 'predict' && step.many ? step.answer : 'nothing'
    }
    const options = 'options: [the owner, a pipe, a device]'
    expect(answerTo(options, 'many: true', 'answer: [the owner, a device]')).toBe('a device, the owner')
    expect(answerTo(options, 'many: true', 'answer: []')).toBe('none of them')
    expect(problems(...asked(options, 'many: true', 'answer: [the owner, nobody]'))).toEqual([
      '15: the answer "nobody" is none of the options',
    ])
    expect(problems(...asked(options, 'many: yes', 'answer: []'))).toContain('14: "many" is true or false')
    expect(problems(...asked('options: ["a, b"]', 'many: true', 'answer: []'))).toEqual([
      '13: the option "a, b" of a question with "many: true" has a comma',
    ])
    expect(problems(...asked('many: true', 'answer: []'))).toEqual(['11: a question with "many: true" has options'])
  })

  it('says in blocks of its own what is different in the twin', () => {
    const { lesson, problems: wrong } = parseLesson(
      '01-x',
      [
        ...HEAD.slice(0, -2),
        'twin_eras: [next]',
        ...HEAD.slice(-2),
        '## Predict: What now?',
        'Think.',
        '```predict',
        'id: q',
        'question: How many?',
        'options: [1, 2]',
        'answer: 2',
        'after: Because.',
        '```',
        '```look',
        'at: get_page',
        'select: page',
        '```',
        '```in-rust',
        'text: An ARef is one reference.',
        'answer: 1',
        '```',
        '```look-in-rust',
        'at: ARef.clone',
        '```',
      ].join('\n'),
    )
    expect(wrong).toEqual([])
    expect([lesson?.eras, lesson?.twinEras]).toEqual([['v6.12'], ['next']])
    expect(lesson?.steps[0]).toMatchObject({ text: 'Think.', answer: '2', program: 'start.ts' })
    expect(lesson?.twinSteps[0]).toMatchObject({
      text: 'Think.\n\nAn ARef is one reference.',
      question: 'How many?',
      answer: '1',
      program: 'start.rust.ts',
      look: { program: 'start.rust.ts', at: 'ARef.clone', select: 'page' },
    })
  })

  it('tells what is wrong in a block of the twin with its line', () => {
    expect(
      problems(...HEAD, '## Edit: x', '```edit', 'hints: [a, b, c]', '```', '```in-rust', 'colour: red', '```'),
    ).toEqual(['14: there is no setting "colour" here'])
    expect(problems(...HEAD, '## Read: x', '```in-c', 'text: y', '```')).toEqual([
      '10: a block "in-c" does not belong into a read step',
    ])
  })

  it('tells what is wrong with the line where it stands', () => {
    expect(problems('# Hi')).toEqual(['1: a lesson starts with front matter between two lines "---"'])
    expect(problems(...HEAD, '## Reed: x')).toContainEqual(
      '9: a step is headed "## Kind: Title" with a kind of read, predict, edit, find, race',
    )
    expect(
      problems(
        '---',
        'title: T',
        'part: P',
        'idea: I',
        'level: hard',
        'minutes: 0',
        'colour: red',
        '---',
        '## Read: x',
      ),
    ).toEqual([
      '5: "level" is one of beginner, intermediate, advanced, not "hard"',
      '6: "minutes" is a whole number from 1 to 60',
      '7: there is no setting "colour" here',
    ])
    expect(problems(...HEAD, '## Edit: x', '```edit', 'hints: [a]', '```')).toEqual([
      '11: give 3 hints, from a nudge to nearly there (there are 1)',
    ])
    expect(problems(...HEAD, '## Predict: x', '```predict', 'id: q', 'question: [', '```').length).toBeGreaterThan(0)
    expect(problems(...HEAD, '## Edit: x')).toContainEqual('9: the edit step needs a block ```edit')
  })

  it('never throws, whatever it is given', () => {
    for (const text of ['', '---', '---\n---', '---\n- a\n---\n## Read: x', '---\ntitle: {}\n---', '\u0000'.repeat(9)])
      expect(parseLesson('x', text).problems.length).toBeGreaterThan(0)
  })

  it('refuses an alias without its anchor', () => {
    const said = problems('---', 'title: *x', 'part: P', '---', '## Read: R', 'Text.')
    expect(said.some((line) => line.includes('Unresolved alias'))).toBe(true)
  })
})
