import { Link } from '@tanstack/react-router'
import { Empty, Failure } from '../components/states.tsx'
import { useT } from '../i18n.tsx'

export function NotFound() {
  const t = useT()
  return (
    <Empty
      title={t('notFound.title')}
      action={
        <Link to="/" className="btn">
          {t('nav.overview')}
        </Link>
      }
    >
      {t('notFound.text')}
    </Empty>
  )
}

/** A page that threw: a bug, or a chunk of an older build that is gone. Loading again helps both. */
export function RouteFailure(props: { readonly error: unknown }) {
  return (
    <div className="p-5">
      <Failure error={props.error} onRetry={() => location.reload()} />
    </div>
  )
}
