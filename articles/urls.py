"""Public addresses: lists in each language, and those that have one address for all languages."""

from django.urls import URLPattern, URLResolver, path

from articles import api, feeds, files, views

app_patterns: list[URLPattern | URLResolver] = [
    path("", views.front, name="front"),
    path("sections/<slug:slug>/", views.section, name="section"),
    path("tags/<str:slug>/", views.tag, name="tag"),
    path("most-read/", views.most_read, name="most_read"),
    path("most-read/<str:span>/", views.most_read, name="most_read_span"),
    path("archive/", views.archives, name="archives"),
    path("archive/<int:year>/", views.archive, name="archive_year"),
    path("archive/<int:year>/<int:month>/", views.archive, name="archive"),
    path("search/", views.search_page, name="search"),
    path("search/suggestions/", views.suggestions, name="suggestions"),
    path("authors/<str:name>/", views.author, name="author"),
    path("sources/<path:name>/", views.source, name="source"),
    path("feed/", feeds.feed, name="feed"),
    path("feed/<str:form>/", feeds.feed, name="feed_form"),
    path("sections/<slug:section>/feed/", feeds.feed, name="section_feed"),
    path("sections/<slug:section>/feed/<str:form>/", feeds.feed),
    path("tags/<str:tag>/feed/", feeds.feed, name="tag_feed"),
    path("tags/<str:tag>/feed/<str:form>/", feeds.feed),
    path("authors/<str:author>/feed/", feeds.feed, name="author_feed"),
    path("authors/<str:author>/feed/<str:form>/", feeds.feed),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("articles/<int:pk>/", views.article),
    path("articles/<int:pk>/<str:slug>/", views.article, name="article"),
    path("attachments/<int:pk>/", files.attachment),
    path("attachments/<int:pk>/<path:name>", files.attachment, name="attachment"),
    path("media/<path:name>", files.media, name="media"),
    path("views/<int:pk>/", views.beacon, name="beacon"),
    path("views/lists/<int:place>/", views.beacon_list, name="beacon_list"),
    path("api/articles/", api.articles, name="api_articles"),
    path("api/articles/<int:pk>/", api.article, name="api_article"),
    path("api/sections/", api.sections, name="api_sections"),
    path("api/openapi.json", api.openapi, name="api"),
    path("oembed/", api.oembed, name="oembed"),
    path("embed/newest/", api.newest, name="newest"),
    path("colours/<slug:colour>.css", views.colours, name="colours"),
    path("logo", views.logo, name="logo"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("sitemap-news.xml", feeds.news, name="sitemap_news"),
    path("robots.txt", feeds.robots, name="robots"),
]
