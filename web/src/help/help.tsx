import HelpPanel from '@cloudscape-design/components/help-panel';
import Link from '@cloudscape-design/components/link';
import { pathOf, TOPICS, type Topic } from './topics.ts';

/** What a view is about, its terms, and where the documentation has more. */
const Help = ({ topic }: { readonly topic: Topic }) => {
  const { title, text, terms, links } = TOPICS[topic];
  const footer = (
    <>
      <h3>Documentation</h3>
      <ul>
        {links.map((link) => (
          <li key={link.to}>
            <Link external href={pathOf(link)}>
              {link.text}
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
  return (
    <HelpPanel header={<h2>{title}</h2>} footer={footer}>
      {text.map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
      <dl>
        {terms.map(([term, meaning]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </HelpPanel>
  );
};

export default Help;
