import { type QueryCache, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { ApiError } from '../api/http.ts'

/** What somebody deletes themselves is left by then: only what is still shown is told of. */
const surelyMs = 400

/**
 * Whether something that the page shows is not there any more: it was, and is asked for again in vain.
 * Somebody else deleted it, and what is shown is what it was.
 */
export function useGone(): boolean {
  const cache = useQueryClient().getQueryCache()
  const [gone, setGone] = useState(false)
  useEffect(() => {
    let timer = 0
    const look = (): void => {
      clearTimeout(timer)
      if (isGone(cache)) timer = window.setTimeout(() => setGone(true), surelyMs)
      else setGone(false)
    }
    look()
    const leave = cache.subscribe(look)
    return () => {
      clearTimeout(timer)
      leave()
    }
  }, [cache])
  return gone
}

const isGone = (cache: QueryCache): boolean =>
  cache.getAll().some((query) => {
    const { data, error } = query.state
    return (
      data !== undefined && error instanceof ApiError && error.status === 404 && query.isActive()
    )
  })
