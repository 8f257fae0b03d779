import { isValidElement, type ReactNode } from 'react';
import { useIsCodeFenceIncomplete } from 'streamdown';
import { Diagram } from '../diagrams/diagram.tsx';
import { CodeFigure } from './code-figure.tsx';

interface CodeProps {
  readonly className?: string;
  readonly children?: ReactNode;
}

/** The `<pre>` of an answer: its language, what can be done with it, and the code; of a diagram that is whole, the diagram. */
export function CodeBlock({ children }: { readonly children?: ReactNode }) {
  const open = useIsCodeFenceIncomplete();
  const code = isValidElement<CodeProps>(children) ? children.props : {};
  const language = /language-(\S+)/.exec(code.className ?? '')?.[1];
  const text = typeof code.children === 'string' ? code.children.replace(/\n$/, '') : '';
  if (language === 'mermaid' && !open) return <Diagram source={text} />;
  return <CodeFigure code={text} language={language} open={open} />;
}
