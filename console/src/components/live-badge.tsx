import { CirclePause, Radio, RefreshCw, WifiOff } from 'lucide-react'
import { useT } from '../i18n.tsx'
import { pollMs } from '../state/feed.ts'

export type LiveState = 'live' | 'connecting' | 'polling' | 'paused' | 'reconnecting'

/** Says how fresh the list is, truthfully, and pauses it. */
export function LiveBadge(props: {
  readonly state: LiveState
  /** How often it was tried in vain to connect again. */
  readonly tries?: number
  readonly onToggle: () => void
}) {
  const t = useT()
  const { tries = 0 } = props
  const { tone, icon: Icon } = looks[props.state]
  return (
    <button
      type="button"
      className={`pill min-h-[28px] tone-${tone}`}
      aria-pressed={props.state === 'paused'}
      title={props.state === 'paused' ? t('live.resume') : t('live.pause')}
      onClick={props.onToggle}
    >
      <Icon size={13} aria-hidden />
      <span aria-live="polite">
        {t(`live.${props.state}`, { seconds: Math.round(pollMs / 1000) })}
      </span>
      {/* Not said aloud at every try. */}
      {props.state === 'reconnecting' && tries > 0 && <span className="mono">({tries})</span>}
    </button>
  )
}

const looks = {
  live: { tone: 'ok', icon: Radio },
  connecting: { tone: 'mute', icon: RefreshCw },
  polling: { tone: 'ok', icon: RefreshCw },
  paused: { tone: 'mute', icon: CirclePause },
  reconnecting: { tone: 'warn', icon: WifiOff },
} as const
