"""The whole program, loaded: imported by the process from which those that read documents are made."""

import gc

import django

django.setup()
gc.freeze()  # what is loaded stays shared between the processes
