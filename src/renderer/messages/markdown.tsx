/**
 * A model's markdown, streamed: unfinished syntax is closed, blocks that do not change are not rendered again, HTML is
 * sanitised, and nothing is fetched. Plain elements, styled in markdown.css. What is beyond markdown-limits.ts stays text.
 */
import { Block, defaultRehypePlugins, Streamdown, type BlockProps, type Components } from 'streamdown';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { rehypeBidiControls } from './bidi-controls.ts';
import { CodeBlock } from './code-block.tsx';
import { ExternalLink, ImageLink } from './external-link.tsx';
import { fitsAnswer, fitsBlock } from './markdown-limits.ts';
import { fitsMath, setsMath, withDollars } from './math-delimiters.ts';
import { PlainOnFailure, PlainText } from './plain-text.tsx';
import { useMath } from './use-math.ts';

function Table({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation('messages');
  return (
    <div className="my-4 overflow-x-auto rounded-xl border" tabIndex={0} role="group" aria-label={t('markdown.table')}>
      <table>{children}</table>
    </div>
  );
}

const Nothing = () => null;

/** Instead of the library's own, which bring controls and images that this page does not offer. */
const components: Components = {
  h1: 'h2',
  h2: 'h3',
  h3: 'h4',
  h4: 'h5',
  h5: 'h6',
  h6: 'h6',
  p: 'p',
  ul: 'ul',
  ol: 'ol',
  li: 'li',
  input: ({ checked }) => <TaskBox checked={checked === true} />,
  strong: 'strong',
  blockquote: 'blockquote',
  hr: 'hr',
  code: 'code',
  section: 'section',
  sub: 'sub',
  sup: 'sup',
  thead: 'thead',
  tbody: 'tbody',
  tr: 'tr',
  th: 'th',
  td: 'td',
  pre: ({ children }) => <CodeBlock>{children}</CodeBlock>,
  a: ({ href, children }) => <ExternalLink {...(href === undefined ? {} : { href })}>{children}</ExternalLink>,
  img: ({ src, alt }) => <ImageLink src={src} {...(alt === undefined ? {} : { alt })} />,
  table: ({ children }) => <Table>{children}</Table>,
  picture: 'span',
  source: Nothing,
};

/** HTML is parsed and sanitised; the library's third step, `harden`, guards links and images, which are ours here. */
const rehypePlugins = [
  ...[defaultRehypePlugins['raw'], defaultRehypePlugins['sanitize']].filter((plugin) => plugin !== undefined),
  rehypeBidiControls,
];

/** A block of an answer: one that cannot be formatted leaves the others as they are. */
const SafeBlock = memo(function SafeBlock(props: BlockProps) {
  if (!fitsBlock(props.content) || !fitsMath(props.content)) return <PlainText text={props.content} />;
  return (
    <PlainOnFailure text={props.content}>
      <Block {...props} />
    </PlainOnFailure>
  );
});

interface MarkdownProps {
  readonly text: string;
  /** More is to come. */
  readonly streaming: boolean;
}

export default function Markdown({ text, streaming }: MarkdownProps) {
  const plugins = useMath(setsMath(text));
  return (
    <div className="answer">
      {fitsAnswer(text) ? (
        <PlainOnFailure text={text}>
          <Streamdown
            components={components}
            BlockComponent={SafeBlock}
            rehypePlugins={rehypePlugins}
            isAnimating={streaming}
            {...(plugins === null ? {} : { plugins })}
            controls={false}
            dir="auto"
          >
            {plugins === null ? text : withDollars(text)}
          </Streamdown>
        </PlainOnFailure>
      ) : (
        <PlainText text={text} />
      )}
    </div>
  );
}

/** The box of a task. It cannot be ticked: the list is the model's. */
function TaskBox({ checked }: { readonly checked: boolean }) {
  const { t } = useTranslation('messages');
  return <input type="checkbox" disabled checked={checked} readOnly aria-label={t('task')} />;
}
