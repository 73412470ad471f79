import Link from '@cloudscape-design/components/link';

type CommitLinkProps = { readonly commit: string | null; readonly runUrl: string | null };

/** As many characters as a platform's own pages show of a hash. */
const SHOWN = 8;

/** The commit of a report, as a link to its pipeline run if that is known. */
export const CommitLink = ({ commit, runUrl }: CommitLinkProps) => {
  const short = commit?.slice(0, SHOWN);
  if (runUrl === null) return short === undefined ? '–' : <code title={commit ?? ''}>{short}</code>;
  return (
    <Link href={runUrl} external externalIconAriaLabel="Opens in a new tab">
      {short === undefined ? 'Pipeline run' : <code title={commit ?? ''}>{short}</code>}
    </Link>
  );
};
