import { Link } from '@tanstack/react-router'
import { Empty, Failure } from '../components/states.tsx'
import { useT } from '../i18n.tsx'
import { useScopeOrNull } from '../state/scope.tsx'

export function NotFound() {
  const t = useT()
  const portal = useScopeOrNull()?.portal === true
  return (
    <Empty
      title={t('notFound.title')}
      action={
        <Link to={portal ? '/portal' : '/'} className="btn">
          {portal ? t('portal.title') : t('nav.overview')}
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
