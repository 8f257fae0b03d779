import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { desktopTransport } from './connection/desktop-transport.ts';
import { browserTransport } from './connection/transport.ts';
import { CrashScreen } from './crash-screen.tsx';
import { startI18n } from './i18n/i18n.ts';
import { browserNotifier, hostNotifier } from './notifications/notifier.ts';
import { createServices, ServicesProvider } from './services.tsx';
import './styles.css';
import { startSizes } from './theme/sizes.ts';
import { startTheme } from './theme/theme.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

startTheme();
startSizes();
await startI18n();
const desktop = desktopTransport(window);
const services =
  desktop === undefined
    ? createServices(browserTransport(location), window, browserNotifier(window))
    : createServices(desktop, window, hostNotifier);
createRoot(root).render(
  <StrictMode>
    <CrashScreen>
      <ServicesProvider value={services}>
        <App />
      </ServicesProvider>
    </CrashScreen>
  </StrictMode>,
);
