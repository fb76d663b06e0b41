// The tabs that a newcomer finds open: one file each, named <order>.<caller>.<what>.graphql.
import { bearer, NO_TOKEN_YET } from './callers.js'

const files = import.meta.glob('./examples/*.graphql', { query: '?raw', import: 'default', eager: true })

/** A tab for each example, with its caller's token where the page has one. */
export function examples(callers) {
  return Object.keys(files)
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    .map((path) => {
      const caller = callers.find(({ name }) => name === path.split('.').at(-3))
      return { query: files[path], headers: caller ? bearer(caller) : NO_TOKEN_YET }
    })
}
