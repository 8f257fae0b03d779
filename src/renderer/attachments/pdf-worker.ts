/** The worker in which a PDF is taken apart. */
import 'pdfjs-dist/build/pdf.worker.min.mjs';
