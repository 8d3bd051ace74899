import { expect, it } from 'vitest'
import { suggestedChoices } from './suggested.ts'

it('offers the text as it came, two programs of the example and one era', () => {
  const choices = ['era:v6.14', 'era:v6.17', 'original', 'program:a/fixed', 'program:a/rust', 'program:a/more'].map(
    (id) => ({ id, title: `title of ${id}` }),
  )
  expect(suggestedChoices(choices).map(({ id }) => id)).toEqual([
    'original',
    'program:a/fixed',
    'program:a/rust',
    'era:v6.14',
  ])
  expect(suggestedChoices(choices.slice(0, 2)).map(({ id }) => id)).toEqual(['era:v6.14'])
})
